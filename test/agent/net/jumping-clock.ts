/** A clock that jumps as soon as anyone waits: rates are checked without waiting. */
export function jumpingClock() {
  const state = { nowMs: 0 };
  return {
    state,
    nowMs: () => state.nowMs,
    timestamp: () => new Date(state.nowMs).toISOString(),
    sleep: (ms: number) => {
      state.nowMs += ms;
      return Promise.resolve();
    },
  };
}
