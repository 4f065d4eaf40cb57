import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { parse } from 'yaml'

export interface Step {
  readonly id?: string
  readonly name?: string
  readonly if?: string
  readonly uses?: string
  readonly with?: Readonly<Record<string, string>>
  readonly env?: Readonly<Record<string, string>>
  readonly run?: string
}

export interface Job {
  readonly 'runs-on'?: string
  readonly needs?: string | readonly string[]
  readonly if?: string
  readonly outputs?: Readonly<Record<string, string>>
  readonly permissions?: Readonly<Record<string, string>>
  readonly concurrency?: { readonly group: string; readonly 'cancel-in-progress': boolean }
  readonly environment?: string
  readonly 'timeout-minutes'?: number
  readonly strategy?: {
    readonly 'max-parallel'?: number
    readonly matrix: Readonly<Record<string, readonly string[]>>
  }
  readonly steps: readonly Step[]
}

export interface Workflow {
  readonly name: string
  readonly on: unknown
  readonly permissions: unknown
  readonly concurrency?: Job['concurrency']
  readonly jobs: Readonly<Record<string, Job>>
}

/** How the examples name this action. */
export const OUR_ACTION = 'your-org/etcd-deploy@v1'

const ROOT = new URL('../../', import.meta.url)

export const textOf = (path: string): string => readFileSync(new URL(path, ROOT), 'utf8')
export const pathOf = (path: string): string => fileURLToPath(new URL(path, ROOT))

/** The workflows of a folder, by their path in the repository. */
export const workflowsIn = (folder: string): Readonly<Record<string, Workflow>> =>
  Object.fromEntries(
    readdirSync(new URL(folder, ROOT))
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => [`${folder}${name}`, parse(textOf(`${folder}${name}`)) as Workflow]),
  )

export const example = (name: string): Workflow => parse(textOf(`docs/examples/${name}.yml`)) as Workflow

/** The steps of a job that use this action. */
export const ourSteps = (job: Job): readonly Step[] => job.steps.filter(({ uses }) => uses === OUR_ACTION)

/** What expressions may name, by the whole name: `secrets.CA_KEY`, `needs.plan.outputs.digest`. */
export type Context = Readonly<Record<string, string>>

/** Puts the value of each `${{ NAME }}` in its place; throws for a name that the context lacks. */
export const filledIn = (text: string, context: Context): string =>
  text.replace(/\$\{\{\s*([\w.-]+)\s*\}\}/g, (_, name: string) => {
    const value = context[name]
    if (value === undefined) throw new Error(`nothing is known of ${name}`)
    return value
  })

/** The inputs that a step gives the action, in this context. */
export const inputsOf = (step: Step, context: Context): Readonly<Record<string, string>> =>
  Object.fromEntries(Object.entries(step.with ?? {}).map(([name, text]) => [name, filledIn(text, context)]))

/** Whole names below `root` that any expression in this part of a workflow uses: `vars` gives `vars.ETCD_HOSTS`. */
export const namesUsed = (part: unknown, root: string): readonly string[] => {
  const inExpressions = (text: string): readonly string[] =>
    [...text.matchAll(new RegExp(`(?<![\\w.-])${root}\\.[\\w.-]+`, 'g'))].map(([name]) => name)
  const walk = (value: unknown, key = ''): readonly string[] => {
    if (typeof value === 'string')
      return key === 'if'
        ? inExpressions(value)
        : [...value.matchAll(/\$\{\{(.*?)\}\}/g)].flatMap(([, inside]) => inExpressions(inside ?? ''))
    if (typeof value !== 'object' || value === null) return []
    return Object.entries(value).flatMap(([name, inner]) => walk(inner, Array.isArray(value) ? key : name))
  }
  return [...new Set(walk(part))]
}
