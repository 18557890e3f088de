/** The middle of some figures. */
export function median(figures: number[]): number {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle];
  if (upper === undefined) throw new Error('got no figures, want one at least');
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] as number) + upper) / 2;
}

/**
 * The middle of the rounds' ratios of one side's figures to another's: a busy moment of the machine, which hits a whole
 * round, counts little.
 */
export function ratio(of: number[], to: number[]): number {
  if (of.length !== to.length) throw new Error(`got ${of.length} and ${to.length} rounds, want as many of both`);
  return median(of.map((figure, round) => figure / (to[round] as number)));
}
