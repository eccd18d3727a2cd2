import { describe, expect, expectTypeOf, it } from 'vitest';
import { parseJson } from '../../json/parse-json.js';
import {
  boolean,
  formFields,
  type Infer,
  integer,
  lenientModel,
  list,
  nonEmptyString,
  nullable,
  omittable,
  OpenApiComponents,
  optional,
  parameters,
  required,
  strictModel,
} from '../index.js';

const shape = {
  name: required(nonEmptyString()),
  count: optional(nullable(integer({ ge: 0 })), null),
  tags: optional(list(nonEmptyString()), () => []),
  note: omittable(nonEmptyString()),
};
const strict = strictModel('Strict', shape);

function issuesOf(outcome: ReturnType<typeof strict.validate>): [string, string][] {
  return outcome.ok ? [] : outcome.issues.map(({ type, loc }) => [type, loc.join('.')]);
}

describe('a model', () => {
  it('yields a typed object with defaults and coercions applied', () => {
    const outcome = strict.validate(parseJson('{"name":" a ","count":"3"}'), ['body']);
    expect(outcome).toEqual({ ok: true, value: { name: 'a', count: 3, tags: [] } });
    expectTypeOf<Infer<typeof strict>>().toEqualTypeOf<{ name: string; count: number | null; tags: string[]; note?: string }>();
  });

  it('gives every result a default list of its own', () => {
    const first = strict.validate(parseJson('{"name":"a"}'), []);
    const second = strict.validate(parseJson('{"name":"a"}'), []);
    expect(first.ok && second.ok && first.value.tags !== second.value.tags).toBe(true);
  });

  it('reports every broken field in the order of the fields, then unknown keys', () => {
    const outcome = strict.validate(parseJson('{"zzz":1,"note":null,"count":-1,"tags":["a"," "]}'), ['body']);
    expect(issuesOf(outcome)).toEqual([
      ['missing', 'body.name'],
      ['greater_than_equal', 'body.count'],
      ['string_too_short', 'body.tags.1'],
      ['string_type', 'body.note'],
      ['extra_forbidden', 'body.zzz'],
    ]);
  });

  it('reports a missing field with the object that lacks it', () => {
    const body = parseJson('{"note":"x"}');
    const outcome = strict.validate(body, ['body']);
    expect(outcome).toEqual({ ok: false, issues: [{ type: 'missing', loc: ['body', 'name'], msg: 'Field required', input: body }] });
  });

  it('treats keys such as __proto__ and constructor as unknown keys like any other', () => {
    const outcome = strict.validate(parseJson('{"name":"a","__proto__":{"x":1},"constructor":1}'), ['body']);
    expect(issuesOf(outcome)).toEqual([
      ['extra_forbidden', 'body.__proto__'],
      ['extra_forbidden', 'body.constructor'],
    ]);
  });

  it.each(['[]', '"text"', '3', 'null'])('refuses %s as a whole', (text) => {
    expect(issuesOf(strict.validate(parseJson(text), ['body']))).toEqual([['model_attributes_type', 'body']]);
  });

  it('reports nothing sent as missing', () => {
    expect(strict.validate(undefined, ['body'])).toEqual({
      ok: false,
      issues: [{ type: 'missing', loc: ['body'], msg: 'Field required', input: null }],
    });
  });

  it('drops unknown keys when lenient', () => {
    const lenient = lenientModel('Lenient', { name: required(nonEmptyString()) });
    expect(lenient.validate(parseJson('{"name":"a","x":1}'), [])).toEqual({ ok: true, value: { name: 'a' } });
  });
});

describe('rules for a whole model', () => {
  const ranged = strictModel(
    'Range',
    { first: required(integer()), last: required(integer()) },
    {
      before: [(input) => (input.has('legacy') ? 'legacy is gone' : input)],
      after: [({ first, last }) => (first > last ? 'first is after last' : undefined)],
    },
  );

  it('run only when every field is fine', () => {
    const outcome = ranged.validate(parseJson('{"first":3,"last":"x"}'), ['body']);
    expect(outcome.ok ? [] : outcome.issues.map(({ type }) => type)).toEqual(['int_parsing']);
  });

  it('are reported at the place of the model', () => {
    expect(ranged.validate(parseJson('{"first":3,"last":2}'), ['body'])).toMatchObject({
      issues: [{ type: 'value_error', loc: ['body'], msg: 'Value error, first is after last', ctx: { error: {} } }],
    });
  });

  it('that look at the input come before everything else', () => {
    const outcome = ranged.validate(parseJson('{"legacy":1}'), ['body']);
    expect(outcome.ok ? [] : outcome.issues.map(({ msg }) => msg)).toEqual(['Value error, legacy is gone']);
  });
});

describe('parameters and forms', () => {
  it('report a missing parameter without input', () => {
    const outcome = parameters({ id: required(integer()) }).validate(new Map(), ['path']);
    expect(outcome).toEqual({ ok: false, issues: [{ type: 'missing', loc: ['path', 'id'], msg: 'Field required', input: null }] });
  });

  it('refuse an empty parameter, but take an empty form field as absent', () => {
    const fields = { flag: optional(boolean(), false) };
    expect(parameters(fields).validate(new Map([['flag', '']]), ['query'])).toMatchObject({ issues: [{ type: 'bool_parsing' }] });
    expect(formFields('Form', fields).validate(new Map([['flag', '']]), ['body'])).toEqual({ ok: true, value: { flag: false } });
  });
});

describe('the description of a model', () => {
  it('is a named component with titles, defaults and required fields', () => {
    const components = new OpenApiComponents();
    expect(strict.describe(components)).toEqual({ $ref: '#/components/schemas/Strict' });
    expect(JSON.parse(JSON.stringify(components.toJSON()))).toEqual({
      Strict: {
        type: 'object',
        title: 'Strict',
        additionalProperties: false,
        required: ['name'],
        properties: {
          name: { type: 'string', minLength: 1, title: 'Name' },
          count: { anyOf: [{ type: 'integer', minimum: 0 }, { type: 'null' }], title: 'Count' },
          tags: { type: 'array', items: { type: 'string', minLength: 1 }, title: 'Tags' },
          note: { type: 'string', minLength: 1, title: 'Note' },
        },
      },
    });
  });

  it('refuses two different models of one name', () => {
    const components = new OpenApiComponents();
    strict.describe(components);
    const other = lenientModel('Strict', {});
    expect(() => other.describe(components)).toThrow('Two different schemas are named Strict');
  });
});
