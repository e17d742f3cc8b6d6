export { default as words } from '@catalogue/zh/portal.json'
