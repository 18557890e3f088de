import express, { type Request } from 'express';
import { Webhook } from 'standardwebhooks';
import { passFor } from './pass.js';
import { setting } from './setting.js';

/** What happened to a file. */
interface FileEvent {
  type: string;
  data: { owner: string; key: string; name: string; size: number };
}

const webhook = new Webhook(setting('SIGNET_SECRET'));
/** In the place of a database: what has come, by key. */
const files = new Map<string, FileEvent['data']>();

/** In the place of a login: who asks. */
const userOf = (_request: Request) => 'alice';

const app = express();
app.use(express.static('../page'));
app.use('/signet', express.static('node_modules/@signet/upload/dist'));

app.post('/pass', async (request, response) => {
  const pass = await passFor(userOf(request), { do: 'upload', folder: 'in', expires: '1h' });
  response.json({ base: setting('SIGNET_API'), pass });
});

app.post('/hooks/signet', express.raw({ type: 'application/json' }), (request, response) => {
  let event: FileEvent;
  try {
    event = webhook.verify(request.body, request.headers as Record<string, string>) as FileEvent;
  } catch {
    response.sendStatus(400);
    return;
  }
  if (event.type === 'file.stored') files.set(event.data.key, event.data);
  response.sendStatus(204);
});

app.get('/files', (request, response) => {
  response.json([...files.values()].filter(({ owner }) => owner === userOf(request)));
});

app.listen(Number(process.env.PORT ?? 3000), '127.0.0.1');
