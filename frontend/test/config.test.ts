import { expect, it } from 'vitest';
import { parseConfig } from '../src/config.ts';

const good = {
  name: 'Signet',
  api: '/api',
  auth: { issuer: 'https://issuer', clientId: 'c', scope: 'openid' },
  maxObjectSize: 5,
  maxFiles: 1000,
  allowedTypes: ['*/*'],
};

it('reads what the deployment writes', () => {
  expect(parseConfig(good)).toEqual(good);
});

it.each([
  ['a slash at the end of the API', { ...good, api: '/api/' }, { api: '/api' }],
  ['no scope', { ...good, auth: { issuer: 'i', clientId: 'c' } }, { auth: { scope: 'openid' } }],
  [
    'Cognito',
    { ...good, auth: { ...good.auth, logout: 'https://x/logout' } },
    { auth: { logout: 'https://x/logout' } },
  ],
  ['no address to log out', { ...good, auth: { ...good.auth, logout: '' } }, { auth: { issuer: 'https://issuer' } }],
])('%s', (_, json, want) => {
  expect(parseConfig(json)).toMatchObject(want);
});

it.each([
  ['config.json', null],
  ['config.json', []],
  ['name', { ...good, name: '' }],
  ['api', { ...good, api: 1 }],
  ['auth', { ...good, auth: undefined }],
  ['auth.issuer', { ...good, auth: { ...good.auth, issuer: undefined } }],
  ['auth.clientId', { ...good, auth: { ...good.auth, clientId: '' } }],
  ['maxObjectSize', { ...good, maxObjectSize: '5 GiB' }],
  ['maxObjectSize', { ...good, maxObjectSize: 0 }],
  ['maxFiles', { ...good, maxFiles: 1.5 }],
  ['allowedTypes', { ...good, allowedTypes: [] }],
  ['allowedTypes', { ...good, allowedTypes: [1] }],
])('%s is named when it is bad', (field, json) => {
  expect(() => parseConfig(json)).toThrow(`${field}: got`);
});
