import type { components } from './api.d.ts';
import type { Api } from './engine/index.ts';

type Schemas = components['schemas'];
/** What the API says: a part for each that was asked. */
export type Estimate = Schemas['EstimateAnswer'];
export type CostEstimate = Schemas['EstimatedCost'];
export type TimeEstimate = Schemas['EstimatedTime'];
export type LimitsEstimate = Schemas['EstimatedLimits'];

/** What somebody filled in, as text. Each is a flag of `signet estimate` too. */
export interface Wishes {
  region: string;
  filesPerMonth: string;
  /** MiB. */
  averageSize: string;
  downloads: string;
  users: string;
  retain: string;
  months: string;
  size: string;
  link: string;
  rtt: string;
  perConnection: string;
  loss: string;
  rate: string;
}

/** Regions whose prices come with the service; empty is the one that this site is in. */
export const REGIONS = ['', 'us-east-1', 'eu-west-1', 'ap-northeast-2'] as const;

const MIB = 1024 * 1024;
/** Milliseconds to wait for the answer. */
const PATIENCE = 30_000;

/** What the form begins with; the largest file is the one that this site takes. */
export function defaults(maxObjectSize: number): Wishes {
  return {
    region: '',
    filesPerMonth: '1000',
    averageSize: '10',
    downloads: '200',
    users: '100',
    retain: '0',
    months: '12',
    size: `${Math.max(1, Math.floor(maxObjectSize / MIB))} MiB`,
    link: '100Mbps',
    rtt: '50ms',
    perConnection: '',
    loss: '',
    rate: '10',
  };
}

/** The question to the API. */
export function question(wishes: Wishes): Schemas['EstimateQuestion'] {
  const { region, size, link, rtt, perConnection, loss } = wishes;
  const averageSize = Math.round(Number(wishes.averageSize) * MIB);
  return {
    ...(region ? { region } : {}),
    cost: {
      filesPerMonth: Number(wishes.filesPerMonth),
      averageSize,
      downloads: Number(wishes.downloads),
      retain: Number(wishes.retain),
      overwritten: 0,
      unfinished: 0,
      filesPerVisit: 10,
      terminal: false,
      users: Number(wishes.users),
      months: Number(wishes.months),
    },
    time: { size, link, rtt, ...(perConnection ? { perConnection } : {}), ...(loss ? { loss } : {}) },
    limits: {
      rate: Number(wishes.rate),
      size: `${averageSize}`,
      partitions: 0,
      filesPerCall: 0,
      uploadsPerSignIn: 0,
      noBucketKey: false,
      simulate: false,
      seed: 0,
    },
  };
}

/** Asks the API, which answers with the package that `signet estimate` uses. */
export async function estimate(api: Pick<Api, 'call'>, wishes: Wishes): Promise<Estimate> {
  const signal = AbortSignal.timeout(PATIENCE);
  return (await api.call<Estimate>('POST', '/estimate', signal, question(wishes))).body;
}

/** The groups of a bill that cost something in some month, each with its cost by month. */
export function groups({ months }: CostEstimate): { name: string; usd: number[] }[] {
  const names = [...new Set(months.flatMap(({ lines }) => lines.map(({ group }) => group)))];
  return names.map((name) => ({
    name,
    usd: months.map(({ lines }) => lines.filter(({ group }) => group === name).reduce((sum, { usd }) => sum + usd, 0)),
  }));
}
