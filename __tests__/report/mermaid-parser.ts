import { Window } from 'happy-dom'
import type { Mermaid } from 'mermaid'

export interface Task {
  readonly section: string
  readonly name: string
  readonly ms: number
}

export interface Parsed {
  readonly kind: string
  /** Of a gantt chart. */
  readonly tasks: readonly Task[]
}

let loading: Promise<Mermaid> | undefined

/** mermaid itself; it wants a document, for the sanitizer of its labels alone. */
const load = (): Promise<Mermaid> => {
  const window = new Window()
  Object.assign(globalThis, { window, document: window.document })
  return import('mermaid').then((loaded) => loaded.default)
}

interface GanttTask {
  readonly task: string
  readonly section: string
  readonly startTime: Date
  readonly endTime: Date
}

/** What mermaid makes of a diagram; throws where it cannot read it. */
export const parseDiagram = async (text: string): Promise<Parsed> => {
  const mermaid = await (loading ??= load())
  await mermaid.parse(text)
  const { type, db } = await mermaid.mermaidAPI.getDiagramFromText(text)
  const tasks = 'getTasks' in db ? (db.getTasks as () => readonly GanttTask[])() : []
  return {
    kind: type,
    tasks: tasks.map(({ task, section, startTime, endTime }) => ({
      ...{ section, name: task.trim(), ms: endTime.getTime() - startTime.getTime() },
    })),
  }
}

/** The diagrams of a page. */
export const diagramsIn = (page: string): readonly string[] =>
  [...page.matchAll(/^(`{3,})mermaid\n(.*?)^\1$/gms)].map(([, , text = '']) => text)
