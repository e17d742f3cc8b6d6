import { api, unwrap } from '@/api/client'
import type { TaskMember } from '@/api/types'
import { may } from '@/session/session'

/** Whose tasks the signed-in person sees as his team's; nobody's without the right. */
export const fetchTeam = async (): Promise<TaskMember[]> => (may('task.team') ? (await unwrap(api.GET('/api/v1/tasks/team'))).items : [])
