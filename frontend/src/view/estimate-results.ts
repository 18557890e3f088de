import { type CostEstimate, type Estimate, groups, type LimitsEstimate, type TimeEstimate } from '../estimate.ts';
import type { EstimateKey } from '../i18n/estimate.ts';
import { el } from './dom.ts';
import { bars, stacked, swatch } from './estimate-charts.ts';

/** How the results are worded: the page's texts, and numbers as the reader writes them. */
export interface Words {
  t(key: EstimateKey, values?: Record<string, string | number>): string;
  usd(value: number): string;
  number(value: number): string;
  percent(value: number): string;
  bytes(size: number): string;
  seconds(value: number): string;
}

/** What was estimated: bill, times, limits, and what to doubt. */
export function results(words: Words, { cost, time, limits, prices }: Estimate): HTMLElement[] {
  const { t } = words;
  const doubts = [...new Set(prices.flags.map(({ item }) => item))];
  const { region, date } = prices;
  return [
    ...(cost ? [bill(words, cost)] : []),
    ...(time ? [times(words, time)] : []),
    ...(limits ? [quotas(words, limits)] : []),
    el(
      'section',
      { class: 'estimate-notes' },
      el('p', {}, date ? t('pricesDated', { region, date }) : t('prices', { region })),
      doubts.length > 0 && el('p', {}, t('doubtful', { items: doubts.join(', ') })),
      el('h2', { class: 'section-title' }, t('assumed')),
      el(
        'ul',
        {},
        ...[...(cost?.assumed ?? []), ...(time?.assumed ?? [])].map((line) => el('li', { lang: 'en' }, line)),
      ),
    ),
  ];
}

/** The service's own word for something, in the reader's language where there is one. */
function named({ t }: Words, prefix: string, name: string): string {
  const key = prefix + name;
  const said = t(key as EstimateKey);
  return said === '' ? name : said;
}

function bill(words: Words, cost: CostEstimate): HTMLElement {
  const { t, usd } = words;
  const layers = groups(cost).map(({ name, usd }) => ({ name: named(words, 'group.', name), values: usd }));
  const columns = cost.months.map(({ month }) => `${month}`);
  const rows = cost.months.map((month, i) => [
    `${month.month}`,
    ...layers.map(({ values }) => usd(values[i] ?? 0)),
    usd(month.usd),
  ]);
  const sums = layers.map(({ values }) => usd(values.reduce((sum, value) => sum + value, 0)));
  const legend = layers.map(({ name }, i) => el('li', {}, swatch(i), name));
  return section(
    'estimate-cost',
    t('cost'),
    el('p', { class: 'estimate-sum' }, t('costSum', { usd: usd(cost.usd), months: cost.months.length })),
    stacked(t('cost'), columns, layers, usd),
    el('ul', { class: 'estimate-legend', 'aria-hidden': 'true' }, ...legend),
    table(
      t('cost'),
      [t('month'), ...layers.map(({ name }) => name), 'USD'],
      [...rows, [t('all'), ...sums, usd(cost.usd)]],
    ),
  );
}

function times(words: Words, time: TimeEstimate): HTMLElement {
  const { t, seconds, bytes, number } = words;
  const rows = time.methods.map((method) => [
    named(words, '', method.name),
    seconds(method.seconds),
    number(method.connections),
    bytes(method.memory),
    method.refused ? t('refused') : named(words, 'bound.', method.bound),
  ]);
  const drawn = time.methods.map(({ name, seconds: value }) => ({
    name: named(words, '', name),
    value,
    shown: seconds(value),
  }));
  return section(
    'estimate-time',
    t('time'),
    el('p', {}, t('parts', { count: number(time.partCount), size: bytes(time.partSize) })),
    bars(t('time'), drawn),
    table(t('time'), [t('method'), t('seconds'), t('connections'), t('memory'), t('bound')], rows),
  );
}

function quotas({ t, number, percent }: Words, limits: LimitsEstimate): HTMLElement {
  const { rate, most, binds } = limits;
  const verdict = t(rate <= most ? 'holds' : 'breaks', { rate: number(rate), most: number(most), quota: binds });
  const rows = limits.quotas.map(({ name, at, used }) => [name, number(at), percent(used)]);
  const [first] = limits.quotas;
  return section(
    'estimate-limits',
    t('limits'),
    el('p', { class: rate <= most ? 'estimate-good' : 'estimate-bad' }, verdict),
    el('p', { lang: 'en' }, first ? `${first.raise} (${first.source})` : ''),
    table(t('limits'), [t('quota'), t('at'), t('used')], rows),
  );
}

function section(name: string, title: string, ...content: (HTMLElement | SVGElement)[]): HTMLElement {
  return el('section', { class: `estimate-result ${name}` }, el('h2', { class: 'section-title' }, title), ...content);
}

/** A table whose first column heads its rows. It scrolls by itself where the page is narrow, with the keyboard too. */
function table(caption: string, heads: string[], rows: string[][]): HTMLElement {
  const row = ([head = '', ...cells]: string[]) =>
    el('tr', {}, el('th', { scope: 'row' }, head), ...cells.map((cell) => el('td', {}, cell)));
  return el(
    'div',
    { class: 'estimate-scroll', role: 'group', 'aria-label': caption, tabindex: '0' },
    el(
      'table',
      { class: 'estimate-table' },
      el('thead', {}, el('tr', {}, ...heads.map((head) => el('th', { scope: 'col' }, head)))),
      el('tbody', {}, ...rows.map(row)),
    ),
  );
}
