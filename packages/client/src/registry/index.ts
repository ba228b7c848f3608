/** `@zurau/client/registry`: Avro, Protobuf and JSON Schema through a schema registry. */
export { avro, type AvroOptions } from './avro.ts';
export { jsonSchema, type JsonSchemaOptions } from './json-schema.ts';
export { protobuf, type ProtobufOptions } from './protobuf.ts';
export {
  type RegisteredSchema,
  type RegistryAuth,
  type RegistryCallOptions,
  type Schema,
  type SchemaReference,
  SchemaRegistry,
  type SchemaRegistryConfig,
  type SchemaType,
} from './schema-registry.ts';
export type { SchemaCodec, SchemaFormat, SchemaSerde, SchemaSerdeOptions } from './schema-serde.ts';
export type { SubjectContext, SubjectNameStrategy } from './subject-names.ts';
