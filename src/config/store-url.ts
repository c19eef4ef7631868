export type StoreConfig =
  { readonly kind: 'sqlite'; readonly path: string } | { readonly kind: 'redis'; readonly url: string };

/** null when it is none. */
export function parseStoreUrl(text: string): StoreConfig | null {
  if (text.startsWith('sqlite:')) {
    const path = text.slice('sqlite:'.length).replace(/^\/\//, '');
    return path === '' ? null : { kind: 'sqlite', path };
  }
  if (!/^rediss?:\/\//.test(text) || !URL.canParse(text)) return null;
  return new URL(text).hostname === '' ? null : { kind: 'redis', url: text };
}
