import { describe, expect, it } from 'vitest';
import { countLostQuestions } from '../../../agent/sweep/lost-questions.ts';

/** A count where so many answered the first question, so many the second, and so on. */
function counted(...answers: readonly number[]): number {
  const lost = countLostQuestions();
  for (const [index, hosts] of answers.entries()) for (let host = 0; host < hosts; host++) lost.answered(index + 1);
  return lost.enough();
}

describe('agent/sweep/lost-questions', () => {
  it('is content with two questions where none is lost, and where nobody answers', () => {
    expect(counted()).toBe(2);
    expect(counted(250)).toBe(2);
  });

  it('wants a third where one was lost', () => {
    expect(counted(99, 1)).toBe(3);
    expect(counted(0, 0, 1)).toBe(6); // one host, and it missed two of three
  });

  it('wants as many as leave one miss in two hundred scans, six at the most', () => {
    expect(counted(94, 6)).toBe(4); // 100 hosts * 0.057 ^ 3 = 0.018
    expect(counted(470, 30)).toBe(5); // five times as many: 0.09, and with four 0.005
    expect(counted(50, 25, 12)).toBe(6);
  });
});
