/** What an issuer calls people whom it numbers: letters and digits in which nobody knows anybody. */
const NUMBER = /^[\da-f-]{20,}$|^\d+$/i;

/** A file of which it is asked who has uploaded it: `by` are the digits that lists tell of each person. */
export interface Uploaded {
  key: string;
  by?: string;
}

/** Characters of such a number that are shown: enough to tell the people of a team apart. */
const SHORT = 8;

/** An uploader as there is room for in a row: a number is cut, for nobody reads all of it. */
export function personOf(uploader: string): string {
  return NUMBER.test(uploader) ? `${uploader.slice(0, SHORT)}…` : uploader;
}

/** Who has uploaded the files of a list: each person is asked for once, by one of his files, for that costs a call. */
export class Uploaders {
  /** By digits; empty where it is not known, or not yet. */
  readonly #names = new Map<string, string>();
  #last: Promise<void> = Promise.resolve();

  /** `ask` answers who has uploaded the file of a key; `changed` hears of people that have come. */
  constructor(
    private readonly ask: (key: string) => Promise<string>,
    private readonly changed: () => void,
  ) {}

  /** Who has uploaded a file, whole; empty where it is not known, or not yet. */
  of({ by, key }: Uploaded): string {
    if (!by) return '';
    const known = this.#names.get(by);
    if (known !== undefined) return known;
    this.#names.set(by, '');
    this.#last = this.#last.then(() => this.#learn(by, key));
    return '';
  }

  /** Nobody has asked for it aloud: where it cannot be had, nothing is said. */
  async #learn(by: string, key: string): Promise<void> {
    const name = await this.ask(key).catch(() => '');
    if (name === '') return;
    this.#names.set(by, name);
    this.changed();
  }
}
