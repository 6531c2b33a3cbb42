ALTER INDEX "agent_events_deltas" RENAME TO "agent_events_deltas_old";--> statement-breakpoint
ALTER INDEX "agent_sessions_work" RENAME TO "agent_sessions_work_old";--> statement-breakpoint
CREATE INDEX "agent_events_deltas" ON "agent_events" USING btree ("created_at") WHERE type in ('TextDelta', 'ReasoningDelta', 'ToolCallArgsDelta');--> statement-breakpoint
CREATE INDEX "agent_sessions_work" ON "agent_sessions" USING btree ("project_id") WHERE work = 'wanted';--> statement-breakpoint
DROP INDEX "agent_events_deltas_old";--> statement-breakpoint
DROP INDEX "agent_sessions_work_old";