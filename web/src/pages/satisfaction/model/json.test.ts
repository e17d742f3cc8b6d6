import { describe, expect, it } from 'vitest'
import { locate, modelOfFile, syntaxFault } from './json'

describe('a model file', () => {
  const bare = { constructs: [{ name: 'Image' }], paths: [] }
  const read = (content: unknown, file: string) => JSON.parse(modelOfFile(JSON.stringify(content), file)) as object
  it('is named after the file where it has no name', () =>
    expect(read(bare, 'Mobi ECSI 2.json')).toEqual({ name: 'mobi-ecsi-2', title: { zh: 'Mobi ECSI 2' }, ...bare }))
  it('keeps its own name', () => expect(read({ name: 'own', title: { zh: '自有' }, ...bare }, 'x1.json')).toEqual({ name: 'own', title: { zh: '自有' }, ...bare }))
  it('may stand in a file that holds more', () => expect(read({ model: bare, estimates: {} }, '模型.json')).toEqual({ title: { zh: '模型' }, ...bare }))
  it('that is none stays as it is', () => {
    expect(modelOfFile('{"a":', 'a.json')).toBe('{"a":')
    expect(modelOfFile('[1]', 'a.json')).toBe('[1]')
  })
})

describe('a fault', () => {
  const text = '{\n  "constructs": [\n    { "name": "Image", "indicators": ["A", "B"] }\n  ]\n}'
  it('stands where its value does', () => expect(locate(text, 'constructs[0].indicators[1]')).toMatchObject({ line: 3, column: 44 }))
  it('of a missing value stands where what would hold it does', () => expect(locate(text, 'constructs[0].mode')).toMatchObject({ line: 3, column: 5 }))
  it('of the syntax has a place', () => {
    expect(syntaxFault(text)).toBeNull()
    expect(syntaxFault('{"a": }')).toMatchObject({ line: 1 })
  })
})
