"""A pipeline for GitLab CI.

Tokens: docs.gitlab.com, "Configure OpenID Connect in AWS". A merge request's pipeline runs for its
branch, so the plan's role takes any branch of the project; a fork's pipeline is another project's.
"""

from __future__ import annotations

from productsapi.operations.pipelines import CiProvider, Settings

TEMPLATE = r"""# @{about}
# Plans each merge request, and deploys what is merged. No key of AWS's is stored: docs/ci.md of
# productsapi. The plan is an artifact; it is a comment too once there is a masked variable
# PLAN_COMMENT_TOKEN, a project access token with the scope `api`: the job's own may not comment.
workflow:
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == @{branch}

stages: [plan, deploy]

.productsapi:
  image: python:3.13-slim
  id_tokens:
    AWS_TOKEN:
      aud: @{audience}
  variables:
    PRODUCTSAPI_CONFIG: @{config}
    AWS_REGION: @{region}
    AWS_ROLE_SESSION_NAME: gitlab-$CI_PIPELINE_ID
    NO_COLOR: "1"
  before_script:
    - AWS_WEB_IDENTITY_TOKEN_FILE=$(mktemp)
    - export AWS_WEB_IDENTITY_TOKEN_FILE
    - printf %s "$AWS_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
    - @{install}

plan:
  extends: .productsapi
  stage: plan
  rules:
    - if: $CI_PIPELINE_SOURCE == "merge_request_event"
  variables:
    AWS_ROLE_ARN: @{plan_role}
  interruptible: true
  timeout: 15 minutes
  script:
    - productsapi plan --format markdown > plan.md
    - |
      python - <<'END'
      import json, os, urllib.request

      env, mark = os.environ, "<!-- productsapi plan @{stack} -->"
      if "PLAN_COMMENT_TOKEN" not in env:
          print("There is no PLAN_COMMENT_TOKEN: the plan is in the artifact plan.md.")
          raise SystemExit
      project = f"{env['CI_API_V4_URL']}/projects/{env['CI_PROJECT_ID']}"
      request = f"{project}/merge_requests/{env['CI_MERGE_REQUEST_IID']}"


      def ask(method, path, **body):
          headers = {"PRIVATE-TOKEN": env["PLAN_COMMENT_TOKEN"], "Content-Type": "application/json"}
          data = json.dumps(body).encode() if body else None
          asked = urllib.request.Request(request + path, data, headers, method=method)
          with urllib.request.urlopen(asked) as answer:
              return json.load(answer), answer.headers.get("X-Next-Page")


      def notes():
          page = "1"
          while page:
              found, page = ask("GET", f"/notes?per_page=100&page={page}")
              yield from found


      text = mark + "\n" + open("plan.md", encoding="utf-8").read()
      former = next((note["id"] for note in notes() if note["body"].startswith(mark)), None)
      if former:
          ask("PUT", f"/notes/{former}", body=text)
      else:
          ask("POST", "/notes", body=text)
      END
  artifacts:
    paths: [plan.md]
    expose_as: plan of @{stack}
    expire_in: 1 week

deploy:
  extends: .productsapi
  stage: deploy
  rules:
    - if: $CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == @{branch}
  variables:
    AWS_ROLE_ARN: @{deploy_role}
  # One after another, and none is cancelled for the next. Another run's lease is waited for too.
  resource_group: @{stack}
  interruptible: false
  timeout: 60 minutes
  script:
    # exec, so that the signal of a cancelled job gets to the deploy, which ends in order.
    - exec productsapi deploy --yes
"""


def gitlab(settings: Settings, host: str) -> CiProvider:
    project = f"project_path:{settings.repository}:ref_type:branch:ref:"
    return CiProvider(
        "gitlab",
        issuer=host,
        audience=f"https://{host}",
        path=".gitlab-ci.yml",
        template=TEMPLATE,
        plan=f"{project}*",
        deploy=f"{project}{settings.branch}",
    )
