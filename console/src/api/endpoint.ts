/** Of the server that the console comes from; a path, so that it is the same behind any name and proxy. */
export const ENDPOINT = '/graphql';
