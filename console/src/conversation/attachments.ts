import { safeAddress, safeImage } from '../markdown/links.ts';

/** What a message has besides text, as far as the console can show it. */
export interface Attachment {
  readonly kind: 'image' | 'file' | 'audio';
  readonly name: string;
  /** Pixels that are held in the message itself; null: not shown. */
  readonly image: string | null;
  /** Where it is, for a link; null: nowhere that is safe to go. */
  readonly address: string | null;
}

/** Of the raw item, in the dialects of both SDKs. */
export function attachmentsOf(raw: unknown): readonly Attachment[] {
  const content = fieldOf(raw, 'content');
  if (!Array.isArray(content)) return [];
  return content.flatMap((part: unknown) => attachmentOf(part) ?? []);
}

function attachmentOf(part: unknown): Attachment | null {
  const type = fieldOf(part, 'type');
  const url = textIn(part, ['image', 'image_url', 'imageUrl', 'file_url', 'fileUrl', 'url', 'file']);
  const name = textIn(part, ['filename', 'file_id', 'fileId', 'id', 'file']);
  if (type === 'input_image' || type === 'image' || type === 'output_image') {
    return {
      kind: 'image',
      name: name ?? 'Image',
      image: safeImage(url ?? ''),
      address: safeAddress(url ?? ''),
    };
  }
  if (type === 'input_file' || type === 'file') {
    return { kind: 'file', name: name ?? 'File', image: null, address: safeAddress(url ?? '') };
  }
  if (type === 'input_audio' || type === 'audio' || type === 'output_audio') {
    return { kind: 'audio', name: textIn(part, ['transcript']) ?? 'Audio', image: null, address: null };
  }
  return null;
}

function textIn(value: unknown, names: readonly string[]): string | null {
  for (const name of names) {
    const found = fieldOf(value, name);
    if (typeof found === 'string' && found !== '') return found;
    const inner = fieldOf(found, 'url') ?? fieldOf(found, 'id');
    if (typeof inner === 'string') return inner;
  }
  return null;
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? Object.entries(value).find(([key]) => key === name)?.[1]
    : undefined;
}
