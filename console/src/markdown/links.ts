/** Where a link may lead: other pages and mail. Not to scripts, data or files, whatever they are dressed up as. */
const SAFE = new Set(['http:', 'https:', 'mailto:']);

/** The address if it is safe to follow; null: show it as text. Addresses without a scheme would lead into the console. */
export function safeAddress(href: string): string | null {
  // Browsers leave out tabs, line breaks and control characters before they look for the scheme: so does the parser here.
  if (!URL.canParse(href)) return null;
  const url = new URL(href);
  return SAFE.has(url.protocol) ? url.href : null;
}

/** Images that are held in the address itself and are nothing but pixels. All others would be asked for elsewhere. */
export function safeImage(href: string): string | null {
  return /^data:image\/(?:png|jpeg|gif|webp);base64,[A-Za-z0-9+/=]+$/.test(href) ? href : null;
}
