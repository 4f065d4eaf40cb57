import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { describe, expect, it } from 'vitest'
import { renderJunit } from '../../src/report/junit.js'
import type { Outcome } from '../../src/report/outcome.js'
import { outcome, sick, verdict } from './samples.js'

interface Element {
  readonly name: string
  readonly attributes: Record<string, string>
  readonly children: Element[]
  text: string
}

/** Reads a document strictly: throws where it is not well-formed XML 1.0. */
const parse = (xml: string): Element => {
  const root: Element = { name: '', attributes: {}, children: [], text: '' }
  const open = [root]
  const parser = new SaxesParser()
  parser.on('opentag', ({ name, attributes }) => {
    const element = { name, attributes, children: [], text: '' }
    open.at(-1)?.children.push(element)
    open.push(element)
  })
  parser.on('closetag', () => void open.pop())
  parser.on('text', (text) => void (open.at(-1)!.text += text))
  parser.on('error', (error) => {
    throw error
  })
  parser.write(xml).close()
  return root.children[0]!
}

/** `suite name`, with the first line of why it failed. */
const casesOf = (of: Outcome): readonly string[] =>
  parse(renderJunit(of)).children.flatMap((suite) => {
    const failures = suite.children.filter(({ children }) => children.length > 0).length
    expect(suite.attributes).toMatchObject({
      tests: String(suite.children.length),
      failures: String(failures),
      timestamp: of.startedAt,
    })
    return suite.children.map(({ attributes, children: [failure] }) => {
      expect(attributes['classname']).toBe(`etcd-deploy.${suite.attributes['name']}`)
      const why = failure ? `: ${failure.attributes['message']}` : ''
      return `${suite.attributes['name']} ${attributes['name']} ${attributes['time'] ?? '-'}${why}`
    })
  })

describe('the JUnit report', () => {
  it('has a test for each endpoint, for the cluster and for the operation', () => {
    const timings = [
      { label: 'a', from: 0, ms: 1500, ok: true },
      { label: 'b', from: 1500, ms: 20, ok: true },
    ]
    expect(
      casesOf(outcome({ operation: 'health', verdict: verdict(), timings, failure: undefined })),
    ).toEqual([
      'endpoints https://192.168.1.1:2379 0.002',
      'endpoints https://192.168.1.2:2379 0.003',
      'endpoints https://192.168.1.3:2379 0.004',
      'cluster is healthy -',
      'run health 1.520',
    ])
  })

  it('says what failed and why', () => {
    const endpoints = [...verdict().endpoints.slice(0, 2), sick(3, 'deadline exceeded')]
    const problems = ['one is down', 'no quorum']
    const failure = 'two things:\n- "a" <b> & c\n- d'
    const of = outcome({ verdict: verdict({ healthy: false, endpoints, problems }), timings: [], failure })
    expect(casesOf(of).slice(2)).toEqual([
      'endpoints https://192.168.1.3:2379 -: deadline exceeded',
      'cluster is healthy -: one is down',
      `run ${of.operation} 0.000: two things:`,
    ])
    const [, cluster, run] = parse(renderJunit(of)).children
    expect(cluster?.children[0]?.children[0]?.text).toBe('one is down\nno quorum')
    expect(run?.children[0]?.children[0]?.text).toBe(failure)
  })

  it('has the operation alone where nothing was asked', () => {
    expect(casesOf(outcome({ verdict: undefined, timings: [], failure: 'no' }))).toHaveLength(1)
  })

  it('is a document that every parser takes, whatever hosts say', () => {
    const signs = fc.constantFrom(...'<>&"\'[]\r\n\t\0\x08\x1f\x7f\ufffe', ']]>', '\ud800', '\udfff', '😀')
    const any = fc.oneof(fc.string({ unit: 'binary' }), fc.string({ unit: signs }))
    fc.assert(
      fc.property(any, any, (error, failure) => {
        const of = outcome({
          verdict: verdict({ endpoints: [sick(1, error)], problems: [failure] }),
          failure,
        })
        expect(casesOf(of)).toHaveLength(3)
      }),
    )
  }, 60_000)
})
