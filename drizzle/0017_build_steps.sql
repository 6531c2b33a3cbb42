CREATE TABLE "build_steps" (
	"job_id" uuid NOT NULL,
	"step" text NOT NULL,
	"attempt" integer NOT NULL,
	"duration_ms" integer NOT NULL,
	"outputs" text,
	"finished_at" bigint DEFAULT slipway_now() NOT NULL,
	CONSTRAINT "build_steps_job_id_step_pk" PRIMARY KEY("job_id","step")
);
--> statement-breakpoint
ALTER TABLE "build_steps" ADD CONSTRAINT "build_steps_job_id_runtime_jobs_id_fk" FOREIGN KEY ("job_id") REFERENCES "public"."runtime_jobs"("id") ON DELETE cascade ON UPDATE no action;