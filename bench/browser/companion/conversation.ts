/** One side of a conversation: Companion, or us. */
export interface Side {
  /** What comes before /s3. */
  base: string;
  /** A key that this side's caller has no business with. */
  foreign: string;
}

/** What a step may use of those before it. */
interface Memory {
  key: string;
  uploadId: string;
  part: string;
  etag: string;
}

type Step = (side: Side, memory: Memory) => Promise<Response>;

const json = { 'content-type': 'application/json' };
const query = (values: Record<string, string>) => new URLSearchParams(values).toString();
const at = ({ base }: Side, { uploadId, key }: Memory, call = '', more = {}) =>
  `${base}/s3/multipart/${uploadId}${call}?${query({ key, ...more })}`;
const post = (url: string, body: unknown) =>
  fetch(url, { method: 'POST', headers: json, body: typeof body === 'string' ? body : JSON.stringify(body) });
const parts = (etag: string, PartNumber: unknown = 1) => ({ parts: [{ PartNumber, ETag: etag }] });

/** The conversation, request by request. Each is made by clients, or could be by mistake or ill will. */
export const steps: Record<string, Step> = {
  form: ({ base }) =>
    fetch(`${base}/s3/params?${query({ filename: '가 b.txt', type: 'text/plain', 'metadata[name]': '가 b.txt' })}`),
  'form, relativePath null': ({ base }) =>
    fetch(`${base}/s3/params?${query({ filename: 'a.txt', type: 'text/plain', 'metadata[relativePath]': 'null' })}`),
  'form, no filename': ({ base }) => fetch(`${base}/s3/params?type=text/plain`),
  'form, two slashes': ({ base }) => fetch(`${base}//s3/params?filename=a.txt&type=text/plain`),
  create: async ({ base }, memory) => {
    const body = { filename: '가 b.txt', type: 'text/plain', metadata: { name: '가 b.txt', relativePath: null } };
    const answer = await post(`${base}/s3/multipart`, body);
    Object.assign(memory, await answer.clone().json());
    return answer;
  },
  'create, no filename': ({ base }) => post(`${base}/s3/multipart`, { type: 'text/plain' }),
  'create, no type': ({ base }) => post(`${base}/s3/multipart`, { filename: 'a.txt' }),
  'create, no JSON': ({ base }) => post(`${base}/s3/multipart`, '{'),
  'sign part 1': async (side, memory) => {
    const answer = await fetch(at(side, memory, '/1'));
    memory.part = (await answer.clone().json()).url;
    return answer;
  },
  'sign part 10000': (side, memory) => fetch(at(side, memory, '/10000')),
  'sign part 0': (side, memory) => fetch(at(side, memory, '/0')),
  'sign part 10001': (side, memory) => fetch(at(side, memory, '/10001')),
  'sign part x': (side, memory) => fetch(at(side, memory, '/x')),
  'sign part, no key': ({ base }, { uploadId }) => fetch(`${base}/s3/multipart/${uploadId}/1`),
  'sign part, somebody else’s key': (side, memory) => fetch(at(side, { ...memory, key: side.foreign }, '/1')),
  'sign parts': (side, memory) => fetch(at(side, memory, '/batch', { partNumbers: '1,2,10000' })),
  'sign parts, none named': (side, memory) => fetch(at(side, memory, '/batch')),
  'sign parts, one is x': (side, memory) => fetch(at(side, memory, '/batch', { partNumbers: '1,x' })),
  'sign parts, one is 10001': (side, memory) => fetch(at(side, memory, '/batch', { partNumbers: '1,10001' })),
  'list, nothing there': (side, memory) => fetch(at(side, memory)),
  'send part 1': async (_, memory) => {
    const answer = await fetch(memory.part, { method: 'PUT', body: 'hello' });
    memory.etag = answer.headers.get('etag') ?? '';
    return answer;
  },
  list: (side, memory) => fetch(at(side, memory)),
  'list, no key': ({ base }, { uploadId }) => fetch(`${base}/s3/multipart/${uploadId}`),
  'list, no such upload': (side, memory) =>
    fetch(at(side, { ...memory, uploadId: '11111111-2222-3333-4444-555555555555' })),
  'complete, no parts': (side, memory) => post(at(side, memory, '/complete'), {}),
  'complete, a part’s number as text': (side, memory) => post(at(side, memory, '/complete'), parts(memory.etag, '1')),
  'complete, another ETag': (side, memory) => post(at(side, memory, '/complete'), parts('"0123"')),
  'complete, no key': ({ base }, { uploadId, etag }) => post(`${base}/s3/multipart/${uploadId}/complete`, parts(etag)),
  complete: (side, memory) => post(at(side, memory, '/complete'), parts(memory.etag)),
  'complete again': (side, memory) => post(at(side, memory, '/complete'), parts(memory.etag)),
  'list, completed': (side, memory) => fetch(at(side, memory)),
  'create another': another,
  abort: (side, memory) => fetch(at(side, memory), { method: 'DELETE' }),
  'abort again': (side, memory) => fetch(at(side, memory), { method: 'DELETE' }),
  'abort, no key': ({ base }, { uploadId }) => fetch(`${base}/s3/multipart/${uploadId}`, { method: 'DELETE' }),
  'no such call': ({ base }) => fetch(`${base}/s3/nothing`),
};

async function another({ base }: Side, memory: Memory): Promise<Response> {
  const answer = await post(`${base}/s3/multipart`, { filename: 'a.bin', type: 'application/octet-stream' });
  Object.assign(memory, await answer.clone().json());
  return answer;
}

/** What is the same in all answers of a side, and so is compared once. */
interface Habits {
  'every signed address': Set<string>;
  'every form, besides metadata': Set<string>;
  'every error in JSON': Set<string>;
}

/** Has the conversation; answers what came back to each request, with names and kinds in the place of values. */
export async function converse(side: Side): Promise<Map<string, string>> {
  const memory: Memory = { key: '', uploadId: '', part: '', etag: '' };
  const habits: Habits = {
    'every signed address': new Set(),
    'every form, besides metadata': new Set(),
    'every error in JSON': new Set(),
  };
  const heard = new Map<string, string>();
  for (const [name, step] of Object.entries(steps)) {
    const answer = await step(side, memory);
    heard.set(name, `${answer.status} ${await body(answer, habits)}`.trim());
  }
  for (const [habit, ways] of Object.entries(habits)) heard.set(habit, [...(ways as Set<string>)].join(' or '));
  return heard;
}

async function body(answer: Response, habits: Habits): Promise<string> {
  const text = await answer.text();
  if (text === '') return '';
  try {
    return outline(JSON.parse(text), habits);
  } catch {
    return text.startsWith('<') ? 'a page' : 'text';
  }
}

/** A value's outline: the names and kinds in it. */
function outline(value: unknown, habits: Habits): string {
  if (Array.isArray(value)) return `[${[...new Set(value.map((inner) => outline(inner, habits)))].join(', ')}]`;
  if (typeof value !== 'object' || value === null) return typeof value;
  if ('error' in value) {
    habits['every error in JSON'].add(names(Object.keys(value)));
    return 'error';
  }
  const inside = Object.entries(value).map(([name, inner]) => {
    if (name === 'fields') return fields(Object.keys(inner), habits);
    if (typeof inner === 'object') return `${name} ${outline(inner, habits)}`;
    if (/^https?:.*\?/.test(String(inner))) habits['every signed address'].add(parameters(String(inner)));
    return name;
  });
  return `{${inside.sort().join(', ')}}`;
}

function fields(all: string[], habits: Habits): string {
  const meta = all.filter((name) => name.startsWith('x-amz-meta-'));
  habits['every form, besides metadata'].add(names(all.filter((name) => !meta.includes(name))));
  return `fields with ${meta.join(', ') || 'no metadata'}`;
}

function parameters(address: string): string {
  const { searchParams } = new URL(address);
  return `${names([...searchParams.keys()])}, of the headers ${searchParams.get('X-Amz-SignedHeaders')}`;
}

function names(all: string[]): string {
  return all.toSorted((a, b) => a.toLowerCase().localeCompare(b.toLowerCase())).join(', ');
}
