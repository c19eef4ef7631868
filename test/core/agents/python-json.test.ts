import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parsePythonJson } from '../../../src/core/agents/python-json.ts';
import { pythonJson } from '../../support/wrapped-history-writer.ts';

describe('JSON as Python writes it', () => {
  it('gives null for NaN and Infinity at any depth', () => {
    expect(parsePythonJson('{"a": [NaN, {"b": -Infinity}], "c": Infinity, "d": -1}')).toEqual({
      a: [null, { b: null }],
      c: null,
      d: -1,
    });
  });

  it('leaves these words alone inside of texts', () => {
    const text = 'NaN, "Infinity" \\" -Infinity \\';
    expect(parsePythonJson(pythonJson({ [text]: [text, NaN] }))).toEqual({ [text]: [text, null] });
  });

  it('gives null for a number that no double holds', () => {
    expect(parsePythonJson(`[1e400, ${'9'.repeat(400)}, 1e300]`)).toEqual([null, null, 1e300]);
  });

  it('answers undefined for what is no JSON, and for what is nested too deeply', () => {
    for (const text of ['', '{', "{'a': 1}", '[NaN', 'NaNa', '"'])
      expect(parsePythonJson(text)).toBeUndefined();
    expect(parsePythonJson('['.repeat(1_000_000))).toBeUndefined();
    expect(parsePythonJson('['.repeat(257) + ']'.repeat(257))).toBeUndefined();
  });

  it('reads back whatever is written', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(parsePythonJson(pythonJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
