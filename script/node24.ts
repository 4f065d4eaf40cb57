/** node24/action.yml: the same action for runners that have Node 24, which spares a warning about Node 20. */
export const node24Action = (yaml: string): string =>
  yaml.replace('using: node20', 'using: node24').replace(/^( {2}(?:main|post): )dist\//gm, '$1../dist/')
