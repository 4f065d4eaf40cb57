import type { Operation } from '../cluster/desired.js'
import type { Form } from './form.js'
import { itemsOf } from './parse/list.js'
import { parseEndpoint } from './parse/url.js'

const HOSTS_EXAMPLE = '192.168.1.1, 192.168.1.2, 192.168.1.3'
const ENDPOINTS_EXAMPLE = 'https://192.168.1.1:2379, https://192.168.1.2:2379, https://192.168.1.3:2379'

/** Reads `endpoints`: client URLs, each only once. */
export const readEndpoints = (form: Form): readonly string[] | undefined => {
  const endpoints = form.askList('endpoints', parseEndpoint)
  const twice = endpoints?.filter((url, index) => endpoints.indexOf(url) !== index) ?? []
  for (const value of new Set(twice)) {
    form.fault('endpoints', { value, rule: 'is there more than once', example: ENDPOINTS_EXAMPLE })
  }
  return endpoints
}

/** Is it said where to work, in the one way that the operation takes? */
export const checkUse = (form: Form, operation: Operation | undefined): void => {
  const hosts = itemsOf(form.text('hosts')).length > 0
  const endpoints = itemsOf(form.text('endpoints')).length > 0
  const nothing = (rule: string): void => form.fault('hosts', { value: '', rule, example: HOSTS_EXAMPLE })
  if (operation === 'deploy' || operation === 'plan') {
    if (!hosts) nothing(`is empty: ${operation} needs the hosts that become the members, one per line`)
    if (endpoints) {
      const rule = `is for health without SSH; ${operation} works on hosts`
      form.fault('endpoints', { value: form.text('endpoints'), rule, example: '' })
    }
  }
  if (operation === 'health') {
    if (!hosts && !endpoints) nothing('is empty, and so is endpoints: health needs one of them')
    if (hosts && endpoints) {
      const rule =
        'is given together with hosts; give hosts (checked over SSH) or endpoints (checked from the runner)'
      form.fault('endpoints', { value: form.text('endpoints'), rule, example: '' })
    }
  }
}
