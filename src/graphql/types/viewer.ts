import type { Viewer } from '../../core/access.ts';
import { builder } from '../builder.ts';

const ViewerKind = builder.enumType('ViewerKind', {
  description: 'Who asks.',
  values: {
    SERVICE: { description: "An agent's back end: acts for any user." },
    USER: { description: 'Acts for itself alone.' },
  } as const,
});

const ViewerType = builder.objectRef<Viewer>('Viewer').implement({
  description: 'Who the server takes the caller for.',
  fields: (t) => ({
    kind: t.expose('kind', { type: ViewerKind, description: 'Service or user.' }),
    userId: t.exposeID('userId', {
      nullable: true,
      description:
        'The user, or for a service the user that it means when it names none: `local` with AUTH=none, else null.',
    }),
  }),
});

builder.queryField('viewer', (t) =>
  t.field({
    type: ViewerType,
    description: 'Who the server takes the caller for.',
    resolve: (_root, _args, { viewer }) => viewer,
  }),
);
