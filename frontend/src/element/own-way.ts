import type { Address } from '../view/files-address.ts';
import type { Way } from '../view/files-context.ts';

/** The way of a list that is a part of somebody's page: the address bar is not its own. */
export class OwnWay implements Way {
  /** `went` hears of every change. */
  constructor(
    public address: Address,
    private readonly went: (address: Address) => void,
  ) {}

  go(address: Address): void {
    this.address = address;
    this.went(address);
  }

  onChange(): void {}
}
