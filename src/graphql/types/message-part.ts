import type { MessagePart as Part } from '../../core/agents/message.ts';
import { builder } from '../builder.ts';
import { OpaqueJson } from '../opaque-json.ts';

type PartOf<Type extends Part['type']> = Extract<Part, { readonly type: Type }>;

const TextPart = builder.objectRef<PartOf<'text'>>('TextPart').implement({
  description: 'Text, of a user or of a model.',
  fields: (t) => ({ text: t.exposeString('text', { description: 'As it was written.' }) }),
});

const RefusalPart = builder.objectRef<PartOf<'refusal'>>('RefusalPart').implement({
  description: 'What a model says when it will not answer.',
  fields: (t) => ({ refusal: t.exposeString('refusal', { description: 'As the model wrote it.' }) }),
});

const ImagePart = builder.objectRef<PartOf<'image'>>('ImagePart').implement({
  description: 'An image.',
  fields: (t) => ({
    url: t.exposeString('url', {
      nullable: true,
      description: 'Its address, or a data: address that holds it.',
    }),
    fileId: t.exposeString('fileId', {
      nullable: true,
      description: "Its id among the model provider's files.",
    }),
  }),
});

const FilePart = builder.objectRef<PartOf<'file'>>('FilePart').implement({
  description: 'A file.',
  fields: (t) => ({
    url: t.exposeString('url', { nullable: true, description: 'Its address, or its data.' }),
    fileId: t.exposeString('fileId', {
      nullable: true,
      description: "Its id among the model provider's files.",
    }),
    filename: t.exposeString('filename', { nullable: true, description: 'Its name.' }),
  }),
});

const AudioPart = builder.objectRef<PartOf<'audio'>>('AudioPart').implement({
  description: 'Speech. The sound itself is in the raw item only.',
  fields: (t) => ({
    format: t.exposeString('format', { nullable: true, description: 'Such as `mp3` or `wav`.' }),
    transcript: t.exposeString('transcript', { nullable: true, description: 'What is said.' }),
  }),
});

const OtherPart = builder.objectRef<PartOf<'other'>>('OtherPart').implement({
  description: 'A part of a type that has no GraphQL type of its own.',
  fields: (t) => ({
    type: t.exposeString('name', { description: 'The type that its writer gave it.' }),
    raw: t.field({
      type: 'JSON',
      description: 'The part exactly as it was written.',
      resolve: (part) => new OpaqueJson(part.raw),
    }),
  }),
});

const TYPES = {
  text: TextPart,
  refusal: RefusalPart,
  image: ImagePart,
  file: FilePart,
  audio: AudioPart,
  other: OtherPart,
};

export const MessagePart = builder.unionType('MessagePart', {
  description: "One part of a message's content.",
  types: Object.values(TYPES),
  resolveType: (part) => TYPES[part.type],
});
