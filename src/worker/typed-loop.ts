/** A loop over one block of a typed array, made for one function so that the engine can inline it. */

import vm from 'node:vm';
import { arrayType, isBigIntArray, type NumericArray } from '../internal/array.ts';
import type { WorkerFunction } from './functions.ts';

/**
 * Calls the function on elements `from` to `to` and stores what it returns. Gives -1, or the index
 * of an element whose result cannot be stored (the result is then in `bad[0]`).
 */
export type TypedLoop = (
  input: NumericArray,
  output: NumericArray,
  from: number,
  to: number,
  bad: unknown[],
) => number;

let count = 0;

/** The loop of a function for the types of these two arrays. */
export function typedLoop(fn: WorkerFunction, input: NumericArray, output: NumericArray): TypedLoop {
  const key = `${arrayType(input)}>${arrayType(output)}`;
  let loop = fn.loops.get(key);
  if (loop === undefined) {
    loop = makeLoop(fn.call, isBigIntArray(output) ? 'bigint' : 'number');
    fn.loops.set(key, loop);
  }
  return loop;
}

/**
 * Compiled anew for each function and pair of types, because a loop's code is shared by all who call
 * it: after a second function or type the engine would no longer inline the call. The text differs
 * each time for the same reason.
 */
function makeLoop(fn: WorkerFunction['call'], type: 'number' | 'bigint'): TypedLoop {
  const text = `'use strict'; return function typedLoop${++count}(input, output, from, to, bad) {
    for (let index = from; index < to; index++) {
      const result = fn(input[index], index);
      if (typeof result !== '${type}') { bad[0] = result; return index; }
      output[index] = result;
    }
    return -1;
  }`;
  return (
    vm.compileFunction(text, ['fn'], { filename: import.meta.url }) as (
      call: WorkerFunction['call'],
    ) => TypedLoop
  )(fn);
}
