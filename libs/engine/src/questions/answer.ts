import type { OpenQuestion } from '@fractal-server/database';
import type { Clusters } from '../accounts/clusters.js';

/** What answering takes. */
export interface QuestionContext {
  /** The clusters that this process reaches. */
  readonly clusters: Clusters;
}

/** Limits of the calls that an answer makes. */
export interface AnswerLimits {
  readonly deadlineMs: number;
  readonly signal: AbortSignal;
}

/** Finds the answer to one kind of question. What it throws is the reason why there is none. */
export type Answer = (context: QuestionContext, question: OpenQuestion, limits: AnswerLimits) => Promise<string>;
