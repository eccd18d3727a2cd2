export {
  answerQuestion,
  askQuestion,
  findOpenQuestion,
  readQuestionOutcome,
  withdrawQuestion,
  type NewQuestion,
  type OpenQuestion,
  type QuestionKind,
  type QuestionOutcome,
} from './question.queries.js';
