/** Deterministic mutations for hostile-input tests: the seed in the test's title is all that is needed to see one again. */

/** Small linear congruential generator: 0 ≤ next() < 1, the same sequence for the same seed. */
export function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** The bytes with one to eight of them changed, removed or repeated. */
export function mutate(bytes: Uint8Array, random: () => number): Uint8Array {
  let result = Uint8Array.from(bytes);
  const changes = 1 + Math.floor(random() * 8);
  for (let change = 0; change < changes && result.length > 0; change++) {
    const at = Math.floor(random() * result.length);
    const kind = random();
    if (kind < 0.5) result[at] = Math.floor(random() * 256);
    else if (kind < 0.7) result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at + 1)]);
    else if (kind < 0.9) result = Uint8Array.from([...result.subarray(0, at), ...result.subarray(at, at + 16), ...result.subarray(at)]);
    else result = result.slice(0, at);
  }
  return result;
}
