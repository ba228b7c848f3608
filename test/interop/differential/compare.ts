/** Where two normalised values differ, field by field. */
import type { Plain } from './normalise.ts';

export interface Difference {
  /** Path of the field, e.g. `topics[0].errorCode`. */
  readonly field: string;
  readonly kafka: Plain | undefined;
  readonly zurau: Plain | undefined;
}

export function differences(kafka: Plain, zurau: Plain, field = ''): Difference[] {
  if (isTree(kafka) && isTree(zurau) && Array.isArray(kafka) === Array.isArray(zurau)) {
    const names = new Set([...Object.keys(kafka), ...Object.keys(zurau)]);
    const isList = Array.isArray(kafka);
    return [...names].flatMap((name) => {
      const path = isList ? `${field}[${name}]` : field === '' ? name : `${field}.${name}`;
      const [left, right] = [child(kafka, name), child(zurau, name)];
      if (left === undefined || right === undefined) {
        return [{ field: path, kafka: left, zurau: right }];
      }
      return differences(left, right, path);
    });
  }
  return kafka === zurau ? [] : [{ field, kafka, zurau }];
}

type Tree = Plain[] | { [field: string]: Plain };

function isTree(value: Plain): value is Tree {
  return typeof value === 'object' && value !== null;
}

function child(tree: Tree, name: string): Plain | undefined {
  return (tree as { [field: string]: Plain })[name];
}
