/** Files from this size on go up in parts; smaller ones in one PUT. Bytes. */
export const MULTIPART_FROM = 16 * 1024 * 1024;

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
  /** Of the part's own bytes, where S3 tells it. */
  checksum?: { crc64nvme?: string };
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

/** Bytes of part `n`. */
export function partLength(plan: Plan, n: number): number {
  const { start, end } = partRange(plan, n);
  return end - start;
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
    if (size === partLength(plan, partNumber)) usable.add(partNumber);
  }
  return usable;
}
