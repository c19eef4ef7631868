/** Longest of them, characters. */
const LONGEST = 100_000;

const times = (count, piece) => Array.from({ length: count }, (_, n) => piece(n));
const joined = (count, piece) => times(count, piece).join(' ');
/** As many pieces between two ends as there is room for. */
function filled(head, piece, tail) {
  const pieces = [];
  let length = head.length + tail.length;
  for (let n = 0; ; n++) {
    const next = piece(n);
    length += next.length;
    if (length > LONGEST) return head + pieces.join('') + tail;
    pieces.push(next);
  }
}
const nested = (count, open, inner, close) => open.repeat(count) + inner + close.repeat(count);
const KIND = '{ viewer { kind } }';
const ITEM = '__typename id sessionId cursor createdAt agent metadata raw dialect derived';
const SESSION =
  'id userId title metadata createdAt updatedAt cursor currentAgent agentsUsed messageCount itemCount';
const ITEM_TYPES = ['Message', 'ToolCall', 'Reasoning', 'Handoff', 'OtherItem', 'Item'];

/** Texts that are long and say little. */
const TEXTS = {
  'comments on lines of their own': filled('{ viewer { kind }', () => '#\n', '}'),
  'one comment': `{ viewer { kind } #${'x'.repeat(99_900)}\n}`,
  'commas and spaces': `{ viewer { kind${', '.repeat(49_900)}} }`,
  'line feeds': `{ viewer { kind${'\n'.repeat(99_900)}} }`,
  'carriage returns, and errors behind them': `{ ${'\r'.repeat(99_800)}${joined(5, (n) => `x${n}`)} }`,
  'lines up to the limit, and errors behind them': `{ ${'\n'.repeat(5_700)}${' '.repeat(90_000)}${joined(100, (n) => `x${n}`)} }`,
  'a long name': `{ ${'x'.repeat(99_000)} }`,
  'five long names': `{ ${joined(5, (n) => `x${n}${'x'.repeat(19_000)}`)} }`,
  'braces that nobody closes': '{a'.repeat(33_000),
  'brackets that nobody closes': `{ a(b: ${'['.repeat(90_000)}`,
  'parentheses that nobody closes': '('.repeat(90_000),
  'pairs of brackets, nested up to the limit': `{ a(b: [${nested(150, '[', '', ']').repeat(19)}]) }`,
};

const LITERALS = {
  'a long text': `{ session(id: "${'x'.repeat(99_000)}") { id } }`,
  'a long text of escapes': `{ session(id: "${'\\u0041'.repeat(16_000)}") { id } }`,
  'a long text of surrogate pairs': `{ session(id: "${'\u{10ffff}'.repeat(24_000)}") { id } }`,
  'a block of empty lines': `{ session(id: """${'\n '.repeat(49_000)}x""") { id } }`,
  'a block of long lines': `{ session(id: """${times(440, () => ' '.repeat(220)).join('\n')}x""") { id } }`,
  'blocks without a text': `{ session(id: [${'""""""'.repeat(5_900)}]) { id } }`,
  'a number of many digits': `{ sessions(first: ${'9'.repeat(99_000)}) { nodes { id } } }`,
  'a fraction of many digits': `{ sessions(first: 1.${'9'.repeat(99_000)}) { nodes { id } } }`,
  numbers: `{ session(id: [${'1.5e300 '.repeat(5_900)}]) { id } }`,
  'values that an enum does not have': `{ session(id: "x") { messages(roles: [${joined(5_900, (n) => `R${n}`)}]) { nodes { id } } } }`,
  'a deep object': `mutation { createSession(input: { metadata: ${nested(190, '{a:', '1', '}')} }) { __typename } }`,
  'an object of many keys': `mutation { createSession(input: { metadata: {${joined(1_900, (n) => `k${n}:1`)}} }) { __typename } }`,
  'an object of one key, again and again': `mutation { createSession(input: { metadata: {${'k:1 '.repeat(1_900)}} }) { __typename } }`,
  'fields that an input does not have': `mutation { createSession(input: {${joined(1_900, (n) => `k${n}:1`)}}) { __typename } }`,
  'many items': `mutation { addItems(input: { sessionId: "a", items: [${'{} '.repeat(2_900)}] }) { __typename } }`,
  'items that are none': `mutation { addItems(input: { sessionId: "a", items: [${'1 '.repeat(5_900)}] }) { __typename } }`,
  'a default that is a deep object': `query ($a: JSONObject = ${nested(190, '{a:', '1', '}')}) ${KIND}`,
};

const FIELDS = {
  'fields that do not exist': `{ ${joined(5_000, (n) => `x${n}`)} }`,
  'one field that does not exist': filled('{', () => 'a ', '}'),
  'sixty fields, 97 times each': `{ ${joined(60, (n) => `f${n} `.repeat(97))} }`,
  'three leaves, 99 times each': `{ viewer { ${'kind userId __typename '.repeat(99)} } }`,
  'all fields of an item, 99 times each': `{ session(id: "a") { items { nodes { ${`${ITEM} `.repeat(99)} } } } }`,
  'one object, 99 times': `{ ${'session(id: "a") { id } '.repeat(99)} }`,
  'one object with other arguments, 98 times': `{ ${joined(98, (n) => `session(id: "${n}") { id }`)} }`,
  'the same behind many lines': `{ ${'\n'.repeat(4_000)} ${joined(98, (n) => `session(id: "${n}") { id }`)} }`,
  'one object with long arguments, 98 times': `{ ${`session(id: "${'x'.repeat(950)}") { id } `.repeat(98)} }`,
  'one object with arguments of many words, 60 times': `{ ${`session(id: [${'1 '.repeat(90)}]) { id } `.repeat(60)} }`,
  'objects within objects, equal': `{ ${'session(id: "a") { items(first: 1) { nodes { id agent } pageInfo { endCursor } } } '.repeat(49)} }`,
  'objects within objects, with other arguments': `{ ${joined(49, (n) => `session(id: "a") { items(first: ${n}) { nodes { id } } }`)} }`,
  'two of each on every level': `{ ${`session(id: "a") { ${'items(first: 5) { edges { node { ... on Message { parts { ... on TextPart { text } } } } } } '.repeat(2)} } `.repeat(40)} }`,
  'too many aliases': `{ ${joined(1_900, (n) => `a${n}: __typename`)} }`,
  'a hundred aliases of an object': `{ ${joined(100, (n) => `a${n}: session(id: "a") { ${SESSION} }`)} }`,
  'arguments that a field does not have': `{ session(${joined(1_900, (n) => `a${n}: 1`)}) { id } }`,
  'one argument, again and again': `{ session(${'id: 1 '.repeat(1_900)}) { id } }`,
  'one argument, on lines of its own': `{ session(${'id: 1\n'.repeat(1_400)}) { id } }`,
  'directives in one place': filled('{ viewer { kind ', (n) => `@d${n} `, '} }'),
  'five unknown directives in every place': `{ ${joined(480, (n) => `x${n} @a @b @c @d @e`)} }`,
  'known directives in every place': `{ ${'__typename @include(if: true) @skip(if: false) '.repeat(90)} }`,
  'a subscription of many fields': `subscription { ${joined(5_900, (n) => `x${n}`)} }`,
  'a subscription of many aliases': `subscription { ${joined(95, (n) => `a${n}: sessionEvents(sessionId: "x") { cursor }`)} }`,
};

const FRAGMENTS = {
  'inline fragments around many fields': `{ ${nested(
    180,
    '...{',
    joined(5_000, (n) => `x${n}`),
    '}',
  )} }`,
  'inline fragments beside fields': `{ ${nested(90, '...{ viewer { kind } ...{', '__typename', '}}')} }`,
  'inline fragments on one type': `{ node(id: "a") { ${'... on Message { id } '.repeat(900)} } }`,
  'inline fragments on types that do not exist': `{ node(id: "a") { ${joined(900, (n) => `... on X${n} { id }`)} } }`,
  'inline fragments on all types': `{ node(id: "a") { ${joined(95, (n) => `... on ${ITEM_TYPES[n % 6]} { ${ITEM} }`)} } }`,
  'a chain of fragments before many fields': `{ ...F0 } ${joined(48, (n) => `fragment F${n} on Query { ...F${n + 1} }`)} fragment F48 on Query { ${joined(4_900, (n) => `x${n}`)} }`,
  'fragments that fan out': `{ ...F0 } ${joined(48, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F48 on Query { __typename }`,
  'fragments that fan out in a subscription': `subscription { ...F0 } ${joined(48, (n) => `fragment F${n} on Subscription { ...F${n + 1} ...F${n + 1} }`)} fragment F48 on Subscription { sessionEvents(sessionId: "x") { cursor } }`,
  'fragments that all use the later ones': `{ ...F0 } ${joined(49, (n) => `fragment F${n} on Query { ${joined(48 - n, (m) => `...F${n + m + 1}`)} __typename }`)}`,
  'fragments that all use each other': `{ ...F0 } ${joined(49, (n) => `fragment F${n} on Query { ${joined(49, (m) => `...F${m}`)} }`)}`,
  'fragments that all have the same fields': `{ session(id: "a") { ${joined(49, (n) => `...F${n}`)} } } ${joined(49, (n) => `fragment F${n} on Session { ${SESSION} }`)}`,
  'fragments that all have the same objects': `{ session(id: "a") { ${joined(24, (n) => `...F${n}`)} } } ${joined(24, (n) => `fragment F${n} on Session { items(first: 5) { nodes { id agent raw } edges { cursor node { id agent raw } } pageInfo { endCursor } } messages(first: 5) { nodes { id text } } }`)}`,
  'one fragment, again and again': `{ ${'...F '.repeat(2_900)} } fragment F on Query { __typename }`,
  'an unused fragment of aliases': `${KIND} fragment F on Query { ${joined(1_900, (n) => `a${n}: __typename`)} }`,
  'an unused fragment of one leaf': `${KIND} fragment F on Viewer { ${'kind '.repeat(5_900)} }`,
  'an unused fragment of one object': `${KIND} fragment F on Query { ${'session(id: {a: [1,1,1,1,1,1]}) { id } '.repeat(280)} }`,
  'unused fragments that fan out': `${KIND} ${joined(47, (n) => `fragment F${n} on Query { ...F${n + 1} ...F${n + 1} }`)} fragment F47 on Query { __typename }`,
  'many fragments': filled(KIND, (n) => `fragment F${n} on Query { __typename }\n`, ''),
};

const OPERATIONS = {
  'many operations': filled('', (n) => `query Q${n} { viewer { kind } }\n`, ''),
  'operations that use one fragment of fields': `${joined(48, (n) => `query Q${n} { ...F }`)} fragment F on Query { ${joined(5_500, (n) => `x${n}`)} }`,
  'operations that use one fragment of variables': `${joined(48, (n) => `query Q${n}($a: Int) { ...F }`)} fragment F on Query { sessions(first: [${'$a '.repeat(2_600)}]) { nodes { id } } }`,
  'operations that use one fragment of unknown variables': `${joined(48, (n) => `query Q${n} { ...F }`)} fragment F on Query { sessions(first: [${'$a '.repeat(2_600)}]) { nodes { id } } }`,
  'operations that use one fragment of unknown fragments': `${joined(49, (n) => `query Q${n} { ...F }`)} fragment F on Query { ${'...G '.repeat(2_700)} }`,
  'variables that nobody uses': `query (${joined(1_450, (n) => `$v${n}: Int`)}) ${KIND}`,
  'one variable, again and again': `query (${'$v: Int '.repeat(1_450)}) ${KIND}`,
  'variables that are all used': `query (${joined(900, (n) => `$v${n}: Int`)}) { sessions(first: [${joined(900, (n) => `$v${n}`)}]) { nodes { id } } }`,
  'variables of lists of lists': `query (${joined(14, (n) => `$v${n}: ${nested(190, '[', 'Int', ']')}`)}) { sessions(first: [${joined(14, (n) => `$v${n}`)}]) { nodes { id } } }`,
  'one variable of lists of lists, used again and again': `query ($v: ${nested(190, '[', 'Int', ']')}) { sessions(first: [${'$v '.repeat(2_700)}]) { nodes { id } } }`,
  'directives of a variable': filled('query ($a: Int ', (n) => `@d${n} `, ') { viewer { kind } }'),
  'definitions of types': joined(600, (n) => `type T${n} { a: Int b(c: Int): [Int] }`),
};

const INTROSPECTION = {
  'introspection of everything, again and again': `{ __schema { types { ${'name kind description fields { name args { name type { name ofType { name } } } type { name } } '.repeat(90)} } } }`,
  'introspection of types of types': `{ __type(name: "Query") { ${nested(190, 'ofType { ', 'name', ' }')} } }`,
  'introspection of fields of types of fields': `{ __schema { types { ${nested(9, 'fields { type { ', 'name', ' } }')} } } }`,
  'introspection by fragments that fan out': `{ __schema { types { ...F0 } } } ${joined(48, (n) => `fragment F${n} on __Type { ofType { ...F${n + 1} ...F${n + 1} } }`)} fragment F48 on __Type { name }`,
  'the schema under ninety names': `{ ${joined(90, (n) => `a${n}: __schema { types { ...F } }`)} } fragment F on __Type { ${'name '.repeat(90)} }`,
};

/** Documents of up to 100 KB that are made to take long to check, each by another of the ways in which one might. */
export const HOSTILE_DOCUMENTS = Object.entries({
  ...TEXTS,
  ...LITERALS,
  ...FIELDS,
  ...FRAGMENTS,
  ...OPERATIONS,
  ...INTROSPECTION,
}).map(([name, text]) => ({ name, text }));
