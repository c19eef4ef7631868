/** What belongs into the examples' files of types, by their paths from the root of the project. */
export declare function exampleTypes(): Promise<Map<string, string>>;
