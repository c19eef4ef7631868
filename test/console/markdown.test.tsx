import { createElement } from 'react';
import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { safeAddress, safeImage } from '../../console/src/markdown/links.ts';
import { Markdown } from '../../console/src/markdown/markdown.tsx';
import { HOSTILE_TEXTS } from './hostile-texts.ts';

const html = (text: string): string => renderToStaticMarkup(createElement(Markdown, { text }));

/** Tags with their attributes, of everything that React wrote. */
const tags = (text: string): string[] =>
  [...html(text).matchAll(/<([a-z][^\s/>]*)([^>]*)>/g)].map(([tag]) => tag);

const HARMLESS =
  /^<(?:div|p|pre|code|span|button|svg|path|strong|em|del|ul|ol|li|table|thead|tbody|tr|th|td|blockquote|hr|br|h[3-6]|a|img)(?: (?:class|dir|type|tabindex|role|aria-[a-z]+|viewBox|focusable|d|start|target|rel|title|alt)="[^"<>]*"| href="(?:https?:\/\/|mailto:)[^"<>]*"| src="data:image\/(?:png|jpeg|gif|webp);base64,[^"<>]*")*\/?>$/;

describe('a hostile text', () => {
  it.each(HOSTILE_TEXTS.map((text) => [text.slice(0, 60), text]))('is text: %s', (_name, text) => {
    expect(tags(text).filter((tag) => !HARMLESS.test(tag))).toEqual([]);
  });

  it('would be noticed', () => {
    for (const tag of ['<script>', '<a href="javascript:x">', '<img src="https://x">', '<p onclick="x">']) {
      expect(tag).not.toMatch(HARMLESS);
    }
  });
});

describe('Markdown', () => {
  it.each([
    ['**a** *b* ~~c~~ `d`', '<p><strong>a</strong> <em>b</em> <del>c</del> <code>d</code></p>'],
    ['# a\n## b', '<h3>a</h3><h4>b</h4>'],
    ['- a\n- b', '<ul><li>a</li><li>b</li></ul>'],
    ['3. a\n4. b', '<ol start="3"><li>a</li><li>b</li></ol>'],
    ['> a', '<blockquote><p>a</p></blockquote>'],
    ['a  \nb', '<p>a<br/>b</p>'],
    ['---', '<hr/>'],
    ['a &amp; b &lt; c &#x1F600; &unknown; &#0;', '<p>a &amp; b &lt; c 😀 &amp;unknown; \uFFFD</p>'],
    ['\\*a\\*', '<p>*a*</p>'],
    ['&lt;b&gt;', '<p>&lt;b&gt;</p>'],
  ])('of %j is %j', (text, expected) => {
    expect(html(text)).toBe(`<div class="markdown" dir="auto">${expected}</div>`);
  });

  it('links to pages and mail, in another tab that knows nothing of this one', () => {
    expect(html('[a](https://example.com/x?y=1&z=2 "t")')).toContain(
      '<a href="https://example.com/x?y=1&amp;z=2" target="_blank" rel="noopener noreferrer nofollow" title="t">a</a>',
    );
    expect(html('https://example.com')).toContain('href="https://example.com/"');
    expect(html('a@example.com')).toContain('href="mailto:a@example.com"');
  });

  it('shows what is no safe link as it was written', () => {
    expect(html('[a](javascript:x)')).toContain('<p>[a](javascript:x)</p>');
    expect(html('[a](relative)')).toContain('<p>[a](relative)</p>');
  });

  it('shows pictures that are in the text, and links to others', () => {
    expect(html('![a](data:image/png;base64,AAAA)')).toContain(
      '<img src="data:image/png;base64,AAAA" alt="a"/>',
    );
    expect(html('![a](https://example.com/a.png)')).not.toContain('<img');
    expect(html('![a](https://example.com/a.png)')).toContain('href="https://example.com/a.png"');
  });

  it('names the language of code, and keeps its signs', () => {
    expect(html('```ts\na < b && "c"\n```')).toContain('<code>a &lt; b &amp;&amp; &quot;c&quot;</code>');
    expect(html('```ts x\n1\n```')).toContain('<span>ts</span>');
  });
});

it.each([
  ['https://example.com', 'https://example.com/'],
  ['mailto:a@example.com', 'mailto:a@example.com'],
  ['javascript:alert(1)', null],
  ['java\nscript:alert(1)', null],
  [' \u0001javascript:alert(1)', null],
  ['//example.com', null],
  ['/graphql', null],
  ['', null],
])('%j leads to %j', (href, expected) => {
  expect(safeAddress(href)).toBe(expected);
});

it('takes no picture that could hold a script', () => {
  expect(safeImage('data:image/svg+xml;base64,AAAA')).toBeNull();
  expect(safeImage('data:image/png;base64,AA" onerror="x')).toBeNull();
  expect(safeImage('data:text/html;base64,AAAA')).toBeNull();
});
