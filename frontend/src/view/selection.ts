/** Which lines of a list are chosen. */
export class Selection {
  readonly #chosen = new Set<string>();
  /** The line from which Shift chooses on. */
  #anchor: string | undefined;

  get size(): number {
    return this.#chosen.size;
  }

  has(id: string): boolean {
    return this.#chosen.has(id);
  }

  /** Chooses a line, or no longer; what is chosen next with Shift goes on from here. */
  toggle(id: string, on: boolean): void {
    if (on) this.#chosen.add(id);
    else this.#chosen.delete(id);
    this.#anchor = id;
  }

  /** Does the same with all lines of `ids` from the one that was chosen last up to `id`. */
  reach(ids: readonly string[], id: string, on: boolean): void {
    const to = ids.indexOf(id);
    const anchor = ids.indexOf(this.#anchor ?? id);
    const from = anchor < 0 ? to : anchor;
    for (const one of ids.slice(Math.min(from, to), Math.max(from, to) + 1)) {
      if (on) this.#chosen.add(one);
      else this.#chosen.delete(one);
    }
    this.#anchor = id;
  }

  /** Chooses all of `ids` and nothing else. */
  all(ids: readonly string[]): void {
    this.clear();
    for (const id of ids) this.#chosen.add(id);
  }

  clear(): void {
    this.#chosen.clear();
    this.#anchor = undefined;
  }

  /** Lets go of lines that are not there any more. */
  keep(there: ReadonlySet<string>): void {
    for (const id of this.#chosen) if (!there.has(id)) this.#chosen.delete(id);
    if (this.#anchor !== undefined && !there.has(this.#anchor)) this.#anchor = undefined;
  }
}
