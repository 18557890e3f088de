import { describe, expect, it } from 'vitest';
import { addressOf, childOf, hashOf, joined, trailOf, within } from '../src/view/files-address.ts';

describe('the address of what "my files" shows', () => {
  it.each([
    ['#files', { space: '', deleted: false, folder: '' }],
    ['#files@team%2Fdesign/photos', { space: 'team/design', deleted: false, folder: 'photos' }],
    ['#deleted@avatars', { space: 'avatars', deleted: true, folder: '' }],
    ['#files/photos/2026', { space: '', deleted: false, folder: 'photos/2026' }],
    ['#files/100%25%20%2F%3F%23/%EC%82%AC%EC%A7%84', { space: '', deleted: false, folder: '100% /?#/사진' }],
    ['#deleted', { space: '', deleted: true, folder: '' }],
  ])('%s', (hash, address) => {
    expect(addressOf(hash)).toEqual(address);
    if (!address.folder.includes('?')) expect(hashOf(address)).toBe(hash);
  });

  it.each(['', '#', '#other', '#files/', '#filesystem', '#deleted/photos'])('%j is the root', (hash) => {
    expect(addressOf(hash)).toEqual({ space: '', deleted: false, folder: '' });
  });

  it('takes what somebody has typed by hand', () => {
    expect(addressOf('#files//100%/a').folder).toBe('100%/a');
  });
});

it('a trail has each step with its own path', () => {
  expect(trailOf('')).toEqual([]);
  expect(trailOf('a/b')).toEqual([
    { name: 'a', folder: 'a' },
    { name: 'b', folder: 'a/b' },
  ]);
});

it.each([
  ['', 'a/b', ['a', 'a/b']],
  ['a', 'a/b/c', ['a/b', 'a/b/c']],
  ['a/b', 'a/b', []],
  ['a', '', []],
])('below %j, the trail of %j is %j', (root, folder, folders) => {
  expect(within(root, folder).map((step) => step.folder)).toEqual(folders);
});

it.each([
  ['', 'photos/2026', 'photos'],
  ['', '', undefined],
  ['photos', 'photos', undefined],
  ['photos', 'photos/2026/may', '2026'],
  ['photos', 'photos2/2026', undefined],
])('in %j, %j is in %j', (parent, folder, name) => {
  expect(childOf(parent, folder)).toBe(name);
});

it('paths are put behind each other', () => {
  expect([joined('', 'a'), joined('a', ''), joined('a', 'b/c'), joined('', '')]).toEqual(['a', 'a', 'a/b/c', '']);
});
