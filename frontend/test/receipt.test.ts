import { expect, it } from 'vitest';
import { FakeService, source } from './fake.ts';

const receipt = {
  url: 'https://bucket.s3/a?signed',
  headers: { 'x-amz-checksum-mode': 'ENABLED' },
  expires: '2026-01-01T00:15:00Z',
};

it('done carries a receipt where it is asked for', async () => {
  const service = new FakeService();
  service.api = (call) => (call.path === '/files/info' ? [200, { receipt }] : undefined);
  const outcome = await service.engine({ receipt: true }).upload(source('a', 1)).done;
  expect(outcome).toMatchObject({ existed: false, receipt });
  expect(service.callsTo('GET', '/files/info')[0]?.body).toEqual({ key: outcome.key });
});

it('a file without a receipt is stored all the same', async () => {
  const service = new FakeService();
  service.api = (call) => (call.path === '/files/info' ? [404, { code: 'NoSuchKey' }] : undefined);
  const outcome = await service.engine({ receipt: true }).upload(source('a', 1)).done;
  expect(outcome).toMatchObject({ existed: false, key: expect.any(String) });
  expect(outcome.receipt).toBeUndefined();
});

it('nobody asks for one otherwise', async () => {
  const service = new FakeService();
  await service.engine().upload(source('a', 1)).done;
  expect(service.callsTo('GET', '/files/info')).toEqual([]);
});
