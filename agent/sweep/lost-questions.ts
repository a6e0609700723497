/**
 * How long silence has to last on an attached subnet before it means that nobody is there: from how many of the kernel's ARP
 * questions those who live here missed. Where none is lost two are enough; on a poor radio link one host in eight misses three.
 */

export interface LostQuestions {
  /** Somebody answered the `questions`-th question to it, and missed those before. */
  answered(questions: number): void;
  /** An address that missed so many is dark. */
  enough(): number;
}

/** The first and its repetition. */
export const ENOUGH_WITHOUT_LOSS = 2;
const ENOUGH_WITH_LOSS = 3;
/** Two rounds of the kernel's three. */
const MOST = 6;
/** Hosts that a scan may miss, on average: one in two hundred scans misses one. */
const MISSED_A_SCAN = 1 / 200;

export function countLostQuestions(): LostQuestions {
  let living = 0;
  let asked = 0;
  return {
    answered(questions) {
      living++;
      asked += questions;
    },
    enough() {
      const lost = (asked - living) / asked;
      if (living === 0 || lost === 0) return ENOUGH_WITHOUT_LOSS;
      for (let questions = ENOUGH_WITH_LOSS; questions < MOST; questions++)
        if (living * lost ** questions <= MISSED_A_SCAN) return questions;
      return MOST;
    },
  };
}
