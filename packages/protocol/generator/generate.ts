/** All files of src/messages, by name: one a schema file, the registry of APIs, and the index that the package index exports. */
import { apiSchemas, dataSchemas } from '../schemas/all.ts';
import type { ApiSchema, DataSchema } from '../schemas/notation.ts';
import { resolveMessage, type Message } from './model.ts';
import { readersSource } from './reader-source.ts';
import { interfacesSource } from './type-source.ts';
import { writersSource } from './writer-source.ts';

const banner =
  '// Generated from the schemas by `npm run generate -w @zurau/protocol`. Do not edit.\n';

export function generateFiles(): ReadonlyMap<string, string> {
  const files = new Map<string, string>();
  for (const schema of apiSchemas) files.set(apiFileName(schema), apiSource(schema));
  for (const [name, schemas] of Object.entries(dataSchemas)) {
    files.set(`${name}.ts`, dataSource(schemas));
  }
  const names = [...files.keys()];
  files.set('registry.ts', registrySource());
  files.set(
    'index.ts',
    banner + [...names, 'registry.ts'].map((name) => `export * from './${name}';`).join('\n'),
  );
  return files;
}

/** `00-produce.ts`: the key, then the name in kebab-case, like the schema's own file. */
function apiFileName({ key, name }: ApiSchema): string {
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1-$2').toLowerCase();
  return `${String(key).padStart(2, '0')}-${words}.ts`;
}

function apiSource(schema: ApiSchema): string {
  const request = resolveMessage(`${schema.name}Request`, schema.request);
  const response = resolveMessage(`${schema.name}Response`, schema.response);
  const { name } = schema;
  const types = `${name}Request, ${name}RequestInput, ${name}Response, ${name}ResponseInput`;
  const constant = `export const ${uncapitalized(name)}Api: Api<${types}> = {
    key: ${schema.key},
    name: '${name}',
    request: ${codecSource(request)},
    response: ${codecSource(response)},
  };\n`;
  return withImports(
    `${messageSource(request)}\n${messageSource(response)}\n${constant}`,
    "import type { Api } from '../message-codec.ts';",
  );
}

function dataSource(schemas: readonly DataSchema[]): string {
  const parts = schemas.map((schema) => {
    const message = resolveMessage(schema.name, schema.message);
    return `${messageSource(message)}
      export const ${uncapitalized(schema.name)}: MessageCodec<${schema.name}, ${schema.name}Input> = ${codecSource(message)};\n`;
  });
  return withImports(parts.join('\n'), "import type { MessageCodec } from '../message-codec.ts';");
}

function messageSource(message: Message): string {
  return `${interfacesSource(message)}\n${readersSource(message)}\n${writersSource(message)}`;
}

function codecSource(message: Message): string {
  return `{
    name: '${message.name}',
    minVersion: ${message.versions.from},
    maxVersion: ${message.versions.to},
    flexibleFrom: ${message.flexible?.from ?? 'Infinity'},
    read: read${message.name},
    write: write${message.name},
  }`;
}

function withImports(source: string, codecImport: string): string {
  const uses = (name: string): boolean => new RegExp(`\\b${name}\\b`).test(source);
  const named = (names: readonly string[], file: string): string => {
    const used = names.filter((name) => uses(name.replace('type ', '')));
    return used.length === 0 ? '' : `import { ${used.join(', ')} } from '${file}';\n`;
  };
  return (
    banner +
    "import type { ByteReader } from '../bytes/byte-reader.ts';\n" +
    (uses('byteCountOf')
      ? named(['byteCountOf', 'type ByteWriter', 'type BytesInput'], '../bytes/byte-writer.ts')
      : `import type { ByteWriter${uses('BytesInput') ? ', BytesInput' : ''} } from '../bytes/byte-writer.ts';\n`) +
    named(['EMPTY_BYTES', 'ZERO_UUID'], '../bytes/zero-values.ts') +
    named(['EncodeError'], '../errors/decode-error.ts') +
    `${codecImport}\n\n${source}`
  );
}

function registrySource(): string {
  const constants = apiSchemas.map((schema) => `${uncapitalized(schema.name)}Api`);
  const imports = apiSchemas.map(
    (schema, index) => `import { ${constants[index]} } from './${apiFileName(schema)}';`,
  );
  return `${banner}import type { Api } from '../message-codec.ts';
${imports.join('\n')}

/** Every API known here, in the order of the keys. */
export const allApis: readonly Api[] = [${constants.join(', ')}];

const apis = new Map<number, Api>(allApis.map((api) => [api.key, api]));

export function apiByKey(key: number): Api | undefined {
  return apis.get(key);
}
`;
}

function uncapitalized(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
