/** Files from this size on go up in parts; smaller ones in one PUT. Bytes. */
export const MULTIPART_FROM = 64 * 1024 * 1024;

/** How a file is cut. The server decides; every client and every resume gets the same numbers for the same size. */
export interface Plan {
  size: number;
  partSize: number;
  partCount: number;
}

/** A part that S3 already holds. */
export interface StoredPart {
  partNumber: number;
  size: number;
}

/** Whether a file of `size` bytes is sent in parts. */
export function inParts(size: number): boolean {
  return size >= MULTIPART_FROM;
}

/** Byte range of part `n`, 1 to partCount: start inclusive, end exclusive. */
export function partRange(plan: Plan, n: number): { start: number; end: number } {
  const start = (n - 1) * plan.partSize;
  return { start, end: Math.min(start + plan.partSize, plan.size) };
}

/** Throws unless the parts cover the file exactly; a plan that does not would store something else than the file. */
export function checkPlan(plan: Plan): void {
  const { size, partSize, partCount } = plan;
  if (!(partSize > 0) || partCount !== Math.ceil(size / partSize)) {
    throw new RangeError(
      `got ${partCount} parts of ${partSize} bytes, want them to cover ${size} bytes: reload the page`,
    );
  }
}

/** Numbers of the stored parts that fit the plan. A part of another size came from another file and is sent again. */
export function usableParts(plan: Plan, stored: readonly StoredPart[]): Set<number> {
  const usable = new Set<number>();
  for (const { partNumber, size } of stored) {
    if (!Number.isInteger(partNumber) || partNumber < 1 || partNumber > plan.partCount) continue;
    const { start, end } = partRange(plan, partNumber);
    if (size === end - start) usable.add(partNumber);
  }
  return usable;
}

/** Part numbers not in `done`, ascending. */
export function missingParts(plan: Plan, done: ReadonlySet<number>): number[] {
  const missing: number[] = [];
  for (let n = 1; n <= plan.partCount; n++) if (!done.has(n)) missing.push(n);
  return missing;
}
