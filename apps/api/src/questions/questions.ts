import { setTimeout as sleep } from 'node:timers/promises';
import { Inject, Injectable } from '@nestjs/common';
import { askQuestion, Database, readQuestionOutcome, withdrawQuestion, type NewQuestion } from '@fractal-server/database';
import { BellRinger } from '@fractal-server/queue';
import { ringAll } from '../jobs/ring-all.js';

/** How long a request waits for a worker's answer. */
const PATIENCE_SECONDS = 10;

/** Between two looks for the answer: soon at first, then four times a second. No connection is held between them. */
const FIRST_LOOK_MS = 20;
const LONGEST_PAUSE_MS = 250;

/** No worker answered in time, or none could. The message is for the log: it may name hosts and files. */
export class UnansweredError extends Error {
  constructor(reason: string) {
    super(reason);
    this.name = 'UnansweredError';
  }
}

/** Asks workers what takes another account, a key, or a machine that the API does not have. */
@Injectable()
export class Questions {
  constructor(
    @Inject(Database) private readonly database: Database,
    @Inject(BellRinger) private readonly bells: BellRinger,
  ) {}

  /** @throws UnansweredError after ten seconds at most */
  async ask(question: NewQuestion): Promise<string> {
    const work = await this.database.transaction((transaction) => askQuestion(transaction, question, PATIENCE_SECONDS));
    ringAll(this.bells, [work]);
    try {
      return await this.waitForAnswer(work.id, question);
    } finally {
      await withdrawQuestion(this.database, work.id);
    }
  }

  private async waitForAnswer(id: number, { kind, backendType }: NewQuestion): Promise<string> {
    const givenUpAt = performance.now() + PATIENCE_SECONDS * 1_000;
    for (let pause = FIRST_LOOK_MS; performance.now() < givenUpAt; pause = Math.min(2 * pause, LONGEST_PAUSE_MS)) {
      await sleep(pause);
      const outcome = await readQuestionOutcome(this.database, id);
      if (outcome === null) continue;
      if ('answer' in outcome) return outcome.answer;
      throw new UnansweredError(outcome.failure);
    }
    throw new UnansweredError(`no worker of ${backendType} answered the question '${kind}' within ${PATIENCE_SECONDS} s`);
  }
}
