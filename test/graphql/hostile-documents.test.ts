import { parse, validate } from 'graphql';
import { describe, expect, it, vi } from 'vitest';
import { HOSTILE_DOCUMENTS } from '../../bench/studies/hostile-documents.mjs';
import { extentOf } from '../../src/graphql/document-extent.ts';
import { checkSource, type DocumentLimits } from '../../src/graphql/document-limits.ts';
import { Documents, operationOf } from '../../src/graphql/documents.ts';
import { clientError } from '../../src/graphql/errors.ts';
import { schema } from '../../src/graphql/schema.ts';
import { TRANSPORT_LIMITS } from '../../src/transport/limits.ts';
import { counted } from '../support/counted-document.ts';

/** Looks at nodes for each word that a document may have: whatever a document does, it cannot ask for more. */
const LOOKS_PER_WORD = 50;
/** What all errors of a document that are told may take together, in characters and in looks for lines. */
const LONGEST_ANSWER = 3_000;
const MOST_PLACES = 30;

const NO_LIMITS: DocumentLimits = {
  documentTokens: Infinity,
  documentDefinitions: Infinity,
  documentDepth: Infinity,
  documentAliases: Infinity,
  documentRepeats: Infinity,
  documentDirectives: Infinity,
};

/** What the checks of a document take: looks at its nodes, until they refuse it or accept it. */
function looksAt(text: string, limits: DocumentLimits): number {
  const within = <T>(work: () => T): T | null => {
    try {
      return work();
    } catch {
      return null;
    }
  };
  const parsed = within(() => {
    checkSource(text, limits);
    return parse(text);
  });
  if (parsed === null) return 0;
  const document = counted(parsed);
  const extent = within(() => extentOf(document.document, limits));
  if (extent?.isCircular === false) validate(schema, document.document, undefined, { maxErrors: 5 });
  return document.looks;
}

describe('a document that is made to take long', () => {
  it.each(HOSTILE_DOCUMENTS)('is checked in bounded work: $name', ({ text }) => {
    expect(text.length).toBeLessThanOrEqual(100_000);
    expect(looksAt(text, TRANSPORT_LIMITS)).toBeLessThan(LOOKS_PER_WORD * TRANSPORT_LIMITS.documentTokens);
  });

  it.each(HOSTILE_DOCUMENTS)('is accepted, or refused in few words: $name', ({ text }) => {
    const documents = new Documents({ schema, limits: TRANSPORT_LIMITS, suggestions: false });
    const lines = vi.spyOn(String.prototype, 'matchAll');
    try {
      const named = operationOf(documents.check(text), undefined);
      named?.cost.check({}, TRANSPORT_LIMITS.answerFields);
    } catch (error) {
      const errors = error instanceof AggregateError ? error.errors : [error];
      const told = errors.map((one) => clientError(one, (fault) => expect.fail(String(fault))));
      expect(told.length).toBeLessThanOrEqual(5);
      for (const { extensions } of told) {
        expect(extensions['code']).toMatch(/^(GRAPHQL_(PARSE|VALIDATION)_FAILED|QUERY_TOO_COMPLEX)$/);
      }
      expect(JSON.stringify(told).length).toBeLessThan(LONGEST_ANSWER);
    } finally {
      expect(lines.mock.calls.length).toBeLessThan(MOST_PLACES);
      lines.mockRestore();
    }
  });

  it.each([
    'an unused fragment of one object',
    'fragments that all have the same objects',
    'operations that use one fragment of fields',
    'one object with arguments of many words, 60 times',
    'three leaves, 99 times each',
  ])('would take many times as much without limits: %s', (name) => {
    const { text } = HOSTILE_DOCUMENTS.find((one) => one.name === name) ?? { text: '' };
    expect(looksAt(text, NO_LIMITS)).toBeGreaterThan(5 * looksAt(text, TRANSPORT_LIMITS));
  });
});
