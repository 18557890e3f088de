import { expect, it } from 'vitest';
import { photo, photoTypes } from '../src/view/photo.ts';

it.each([
  [['*/*'], 'image/*'],
  [['application/pdf', 'image/*'], 'image/*'],
  [['image/png', 'image/jpeg'], 'image/jpeg'],
  [['image/png'], ''],
  [['application/pdf'], ''],
])('of %j a camera may give %j', (allowed, want) => {
  expect(photoTypes(allowed)).toBe(want);
});

const taken = new Date(2026, 10, 7, 9, 5, 3).getTime();
const named = (time: string) => `Photo ${time}`;

it.each(['image.jpg', 'image.HEIC'])(
  'a photo that is called %s as all others gets the time as its name',
  async (name) => {
    const file = photo(new File(['light'], name, { type: 'image/jpeg', lastModified: taken }), named);
    expect(file.name).toBe(`Photo 2026-11-07 09.05.03${name.slice('image'.length)}`);
    expect([file.type, file.lastModified, await file.text()]).toEqual(['image/jpeg', taken, 'light']);
  },
);

it.each(['IMG_1234.jpg', 'image.of.me.jpg', 'my image.jpg', 'image'])(
  'one that is called %s keeps its name',
  (name) => {
    expect(photo(new File([''], name), named).name).toBe(name);
  },
);
