CREATE TABLE "agent_commands" (
	"session_id" uuid NOT NULL,
	"seq" integer NOT NULL,
	"kind" text NOT NULL,
	"run_id" uuid NOT NULL,
	"text" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "agent_commands_session_id_seq_pk" PRIMARY KEY("session_id","seq")
);
--> statement-breakpoint
CREATE TABLE "agent_events" (
	"session_id" uuid NOT NULL,
	"seq" bigint NOT NULL,
	"type" text NOT NULL,
	"event" text NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "agent_events_session_id_seq_pk" PRIMARY KEY("session_id","seq")
);
--> statement-breakpoint
CREATE TABLE "agent_providers" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"owner_id" uuid NOT NULL,
	"name" text NOT NULL,
	"kind" text NOT NULL,
	"base_url" text,
	"models" text NOT NULL,
	"api_key" text,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_sessions" (
	"id" uuid PRIMARY KEY DEFAULT gen_random_uuid() NOT NULL,
	"project_id" uuid NOT NULL,
	"owner_id" uuid NOT NULL,
	"title" text NOT NULL,
	"manifest" text NOT NULL,
	"state" text NOT NULL,
	"status" text DEFAULT 'Idle' NOT NULL,
	"work" text DEFAULT 'none' NOT NULL,
	"last_seq" bigint DEFAULT 0 NOT NULL,
	"lease_holder" text,
	"lease_epoch" bigint DEFAULT 0 NOT NULL,
	"lease_lapses_at" bigint,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	"updated_at" bigint DEFAULT slipway_now() NOT NULL
);
--> statement-breakpoint
CREATE TABLE "agent_tool_calls" (
	"session_id" uuid NOT NULL,
	"call_id" text NOT NULL,
	"command_id" uuid NOT NULL,
	"created_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "agent_tool_calls_session_id_call_id_pk" PRIMARY KEY("session_id","call_id")
);
--> statement-breakpoint
ALTER TABLE "agent_commands" ADD CONSTRAINT "agent_commands_session_id_agent_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_events" ADD CONSTRAINT "agent_events_session_id_agent_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_providers" ADD CONSTRAINT "agent_providers_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_project_id_projects_id_fk" FOREIGN KEY ("project_id") REFERENCES "public"."projects"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_sessions" ADD CONSTRAINT "agent_sessions_owner_id_users_id_fk" FOREIGN KEY ("owner_id") REFERENCES "public"."users"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
ALTER TABLE "agent_tool_calls" ADD CONSTRAINT "agent_tool_calls_session_id_agent_sessions_id_fk" FOREIGN KEY ("session_id") REFERENCES "public"."agent_sessions"("id") ON DELETE cascade ON UPDATE no action;--> statement-breakpoint
CREATE INDEX "agent_events_deltas" ON "agent_events" USING btree ("created_at") WHERE type in ('TextDelta', 'ToolCallArgsDelta');--> statement-breakpoint
CREATE UNIQUE INDEX "agent_providers_name" ON "agent_providers" USING btree ("owner_id","name");--> statement-breakpoint
CREATE INDEX "agent_sessions_project" ON "agent_sessions" USING btree ("project_id","created_at");--> statement-breakpoint
CREATE INDEX "agent_sessions_owner" ON "agent_sessions" USING btree ("owner_id");--> statement-breakpoint
CREATE INDEX "agent_sessions_work" ON "agent_sessions" USING btree ("updated_at") WHERE work = 'wanted';