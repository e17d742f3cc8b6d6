export { default as words } from '@catalogue/en/portal.json'
