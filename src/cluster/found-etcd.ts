/** What an etcd was started with, or would be, as far as it tells where its data is and where it listens. */
export interface EtcdStart {
  /** From the program on; empty where a unit tells it. */
  readonly argv: readonly string[]
  /** Of a unit that does not run, with its drop-ins behind it. */
  readonly unitText?: string
  /** Variables of places and URLs alone, by name: of the process, or of the environment files of the unit; absent: none. */
  readonly variables?: Readonly<Record<string, string>>
  /** The file that it reads its settings from, in place of flags and variables: settings of places and URLs alone, by flag name. */
  readonly config?: { readonly path: string; readonly settings: Readonly<Record<string, string>> }
  /** What its relative paths begin at; absent where that is not known. */
  readonly folder?: string
}

/** An etcd process other than the main process that systemd named for our service a moment before. */
export interface ForeignEtcdFact extends EtcdStart {
  readonly pid: number
  /** systemd unit that it runs in, empty where none does. */
  readonly unit: string
  /** The container that it runs in, as its cgroup is called; absent where it runs in none. */
  readonly container?: string
  /** It is not what that unit started: somebody did by hand. Absent: it is, or nobody knows. */
  readonly byHand?: boolean
}

/** What does not run, and is an etcd by its static pod, or may be one by its unit, which then names a path that ends in /etcd. */
export interface DormantEtcdFact extends EtcdStart {
  readonly kind: 'unit' | 'manifest'
  /** `etcd-main.service`, or the path of the manifest. */
  readonly name: string
  /** `inactive`, `failed`, ...; empty for a manifest. */
  readonly state: string
  /** systemd, or the kubelet, starts it at the next boot. */
  readonly enabled: boolean
  /** Directories among its own that hold a member's data. */
  readonly dataIn: readonly string[]
}

/** A directory with the data of a member that none of the etcds of its host explains. */
export interface FoundDataFact {
  readonly dir: string
  /** Who has the database in it open for itself; absent where nobody does. */
  readonly holder?: { readonly pid: number; readonly command: string }
}
