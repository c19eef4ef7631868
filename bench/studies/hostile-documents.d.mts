export const HOSTILE_DOCUMENTS: readonly { readonly name: string; readonly text: string }[];
