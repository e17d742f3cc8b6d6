// In the order in which they are asked: each also names itself after the ones below it.
const BROWSERS: [RegExp, string][] = [
  [/Edg(?:A|iOS)?\//, 'Edge'],
  [/MicroMessenger\//, '微信 WeChat'],
  [/Firefox\/|FxiOS\//, 'Firefox'],
  [/Chrome\/|CriOS\//, 'Chrome'],
  [/Version\/.*Safari\//, 'Safari'],
]
const SYSTEMS: [RegExp, string][] = [
  [/HarmonyOS|OpenHarmony/, 'HarmonyOS'],
  [/Android/, 'Android'],
  [/iPhone|iPad/, 'iOS'],
  [/Windows/, 'Windows'],
  [/Mac OS X/, 'macOS'],
  [/Linux|X11/, 'Linux'],
]
const first = (kinds: [RegExp, string][], agent: string) => kinds.find(([sign]) => sign.test(agent))?.[1]

/** What a browser calls itself, in two words: "Chrome · Windows"; what is not known stays as it is. */
export function deviceName(agent: string): string {
  const known = [first(BROWSERS, agent), first(SYSTEMS, agent)].filter(Boolean)
  return known.length ? known.join(' · ') : agent.slice(0, 60)
}
