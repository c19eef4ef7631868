export interface GraphQLAnswer {
  readonly status: number;
  // Tests look into answers of every shape; what they find is compared with what they expect.
  readonly data: any;
  readonly errors?: readonly {
    readonly message: string;
    readonly path?: readonly (string | number)[];
    readonly extensions: Readonly<Record<string, any>>;
  }[];
}

export type Variables = Readonly<Record<string, unknown>>;

/** One operation over HTTP, as a plain client sends it; with that Authorization header, if one is given. */
export async function request(
  endpoint: string,
  query: string,
  variables?: Variables,
  authorization?: string,
): Promise<GraphQLAnswer> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      accept: 'application/graphql-response+json',
      ...(authorization === undefined ? {} : { authorization }),
    },
    body: JSON.stringify({ query, variables }),
  });
  return { status: response.status, ...((await response.json()) as Omit<GraphQLAnswer, 'status'>) };
}

/** The data of an operation that must succeed. */
export async function dataOf(
  endpoint: string,
  query: string,
  variables?: Variables,
  authorization?: string,
): Promise<any> {
  const { data, errors } = await request(endpoint, query, variables, authorization);
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

/** The code of the only error of an operation that must fail. */
export async function codeOf(endpoint: string, query: string, variables?: Variables): Promise<string> {
  const { errors } = await request(endpoint, query, variables);
  if (errors?.length !== 1) throw new Error(`expected one error: ${JSON.stringify(errors)}`);
  return errors[0]?.extensions['code'];
}
