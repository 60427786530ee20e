import { expect, test } from 'vitest';
import { Gathered } from '#dist/worker/gathered.js';

function gathered(values: Iterable<unknown>): Gathered {
  const list = new Gathered();
  for (const value of values) list.push(value);
  return list;
}

const range = (count: number) => Array.from({ length: count }, (_, index) => index);
const odd = [-0, Number.NaN, 0.1, -1, 2 ** 53, Number.POSITIVE_INFINITY, Number.MIN_VALUE];

test('numbers come back with their bits, few as a list and many as one array', () => {
  const few = gathered(odd);
  expect(few.length).toBe(odd.length);
  const list = few.take();
  expect(Array.isArray(list)).toBe(true);
  expect(list).toEqual(odd);
  const many = [...odd, ...range(100), ...odd];
  const array = gathered(many).take();
  expect(array).toBeInstanceOf(Float64Array);
  // `toEqual` tells 0 from -0.
  expect([...array]).toEqual(many);
});

test('more numbers than there is room for make room, as often as it takes', () => {
  for (const count of [255, 256, 257, 511, 512, 513, 5000]) {
    const list = gathered(range(count));
    expect(list.length).toBe(count);
    expect([...list.take()]).toEqual(range(count));
  }
});

test.each([undefined, null, true, 7n, 'seven', { seven: 7 }])(
  '%s among numbers keeps its place, and they theirs',
  (other) => {
    for (const before of [0, 1, 300]) {
      const values = [...range(before), ...odd, other, ...odd, other, ...range(300)];
      const list = gathered(values);
      expect(list.length).toBe(values.length);
      const taken = list.take();
      expect(Array.isArray(taken)).toBe(true);
      expect(taken).toEqual(values);
      // `toEqual` does not tell a hole from undefined.
      expect(Object.keys(taken)).toHaveLength(values.length);
    }
  },
);

test('what was taken is gone, and the next results have the numbers after it', () => {
  const list = gathered(range(20));
  list.first = 100;
  expect(list.take()).toHaveLength(20);
  expect(list.first).toBe(120);
  expect(list.length).toBe(0);
  for (const value of ['a', 1]) list.push(value);
  expect(list.take()).toEqual(['a', 1]);
  expect(list.first).toBe(122);
  list.push(2);
  expect(list.take()).toEqual([2]);
  expect(list.take()).toHaveLength(0);
});
