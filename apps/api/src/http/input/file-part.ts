import { Schema, string, type OpenApiSchema } from '@fractal-server/domain';

/** A file of a form, for the description of its fields: its content comes apart from them. A text in its place is refused. */
export function filePart(): Schema<string> {
  return FILE_PART;
}

class FilePartSchema extends Schema<string> {
  private readonly text = string().refine(() => "Expected UploadFile, received: <class 'str'>");

  check(...input: Parameters<Schema<string>['check']>): ReturnType<Schema<string>['check']> {
    return this.text.check(...input);
  }

  describe(): OpenApiSchema {
    return { type: 'string', contentMediaType: 'application/octet-stream' };
  }
}

const FILE_PART = new FilePartSchema();
