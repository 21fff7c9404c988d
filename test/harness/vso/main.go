// Makes of manifests on standard input the Secrets that Vault Secrets Operator makes, by its own packages: the login and
// the connection are resolved, the paths built, keys filtered and templates rendered by it; only the store is asked with a
// token of its own (VAULT_ADDR, VAULT_TOKEN), and what its controllers do with a certificate's chain is written out below.
// Each Secret is a document of JSON, with the connection in annotations.
package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"strings"

	"github.com/hashicorp/vault-secrets-operator/api/v1beta1"
	"github.com/hashicorp/vault-secrets-operator/common"
	"github.com/hashicorp/vault-secrets-operator/helpers"
	"github.com/hashicorp/vault-secrets-operator/vault"
	"github.com/hashicorp/vault/api"
	corev1 "k8s.io/api/core/v1"
	apierrors "k8s.io/apimachinery/pkg/api/errors"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime/schema"
	"k8s.io/apimachinery/pkg/types"
	ctrlclient "sigs.k8s.io/controller-runtime/pkg/client"
	"sigs.k8s.io/yaml"
)

const prefix = "oracle.test/"

func main() {
	input, err := io.ReadAll(os.Stdin)
	must(err)
	cluster := &cluster{objects: map[string]ctrlclient.Object{}}
	var secrets []ctrlclient.Object
	for _, document := range strings.Split("\n"+string(input), "\n---") {
		object := decode([]byte(document))
		if object == nil {
			continue
		}
		switch object.(type) {
		case *v1beta1.VaultStaticSecret, *v1beta1.VaultDynamicSecret, *v1beta1.VaultPKISecret:
			secrets = append(secrets, object)
		default:
			cluster.objects[keyOf(object, ctrlclient.ObjectKeyFromObject(object))] = object
		}
	}
	client, err := api.NewClient(api.DefaultConfig())
	must(err)
	out := json.NewEncoder(os.Stdout)
	for _, secret := range secrets {
		fmt.Println("---")
		must(out.Encode(makeSecret(cluster, client, secret)))
	}
}

func decode(document []byte) ctrlclient.Object {
	var meta metav1.TypeMeta
	must(yaml.Unmarshal(document, &meta))
	var object ctrlclient.Object
	switch meta.Kind {
	case "VaultConnection":
		object = &v1beta1.VaultConnection{}
	case "VaultAuth":
		object = &v1beta1.VaultAuth{}
	case "VaultAuthGlobal":
		object = &v1beta1.VaultAuthGlobal{}
	case "SecretTransformation":
		object = &v1beta1.SecretTransformation{}
	case "VaultStaticSecret":
		object = &v1beta1.VaultStaticSecret{}
	case "VaultDynamicSecret":
		object = &v1beta1.VaultDynamicSecret{}
	case "VaultPKISecret":
		object = &v1beta1.VaultPKISecret{}
	default:
		return nil
	}
	must(yaml.UnmarshalStrict(document, object))
	if transformation, ok := object.(*v1beta1.SecretTransformation); ok {
		valid := true
		transformation.Status.Valid = &valid
	}
	return object
}

func makeSecret(cluster *cluster, client *api.Client, secret ctrlclient.Object) *corev1.Secret {
	ctx := context.Background()
	auth, err := common.GetVaultAuthNamespaced(ctx, cluster, secret, nil)
	must(err)
	connectionName, err := common.GetConnectionNamespacedName(auth)
	must(err)
	connection, err := common.GetVaultConnection(ctx, cluster, connectionName)
	must(err)
	option, err := helpers.NewSecretTransformationOption(ctx, cluster, secret, nil)
	must(err)
	meta, err := common.NewSyncableSecretMetaData(secret)
	must(err)
	annotations := map[string]string{
		prefix + "address":   connection.Spec.Address,
		prefix + "mount":     auth.Spec.Mount,
		prefix + "method":    auth.Spec.Method,
		prefix + "namespace": auth.Spec.Namespace,
	}
	if kubernetes := auth.Spec.Kubernetes; kubernetes != nil {
		annotations[prefix+"audiences"] = strings.Join(kubernetes.TokenAudiences, ",")
	}
	for name, value := range meta.Destination.Annotations {
		annotations[name] = value
	}
	return &corev1.Secret{
		TypeMeta: metav1.TypeMeta{APIVersion: "v1", Kind: "Secret"},
		ObjectMeta: metav1.ObjectMeta{
			Name:        meta.Destination.Name,
			Namespace:   secret.GetNamespace(),
			Labels:      meta.Destination.Labels,
			Annotations: annotations,
		},
		Type: meta.Destination.Type,
		Data: dataOf(client, secret, option),
	}
}

func dataOf(client *api.Client, secret ctrlclient.Object, option *helpers.SecretTransformationOption) map[string][]byte {
	switch one := secret.(type) {
	case *v1beta1.VaultStaticSecret:
		if one.Spec.Type == "kv-v1" {
			answer := read(client, vault.NewKVReadRequestV1(one.Spec.Mount, one.Spec.Path))
			return made(vault.NewKVV1Response(answer), option)
		}
		answer := read(client, vault.NewKVReadRequestV2(one.Spec.Mount, one.Spec.Path, one.Spec.Version))
		return made(vault.NewKVV2Response(answer), option)
	case *v1beta1.VaultDynamicSecret:
		path := vault.JoinPath(one.Spec.Mount, one.Spec.Path)
		params := map[string]any{}
		for name, value := range one.Spec.Params {
			params[name] = value
		}
		if len(params) > 0 || (one.Spec.RequestHTTPMethod != "" && one.Spec.RequestHTTPMethod != "GET") {
			return made(vault.NewDefaultResponse(write(client, path, params)), option)
		}
		return made(vault.NewDefaultResponse(read(client, vault.NewReadRequest(path, nil))), option)
	case *v1beta1.VaultPKISecret:
		path := strings.Join([]string{one.Spec.Mount, "issue", one.Spec.Role}, "/")
		params := one.GetIssuerAPIData()
		// OpenBao takes no empty time.
		if params["not_after"] == "" {
			delete(params, "not_after")
		}
		return certificate(write(client, path, params), one, option)
	}
	panic("a kind that is no secret")
}

// As the controller does.
func certificate(answer *api.Secret, one *v1beta1.VaultPKISecret, option *helpers.SecretTransformationOption) map[string][]byte {
	issued, err := vault.UnmarshalPKIIssueResponse(answer)
	must(err)
	data := made(vault.NewDefaultResponse(answer), option)
	if len(data["ca_chain"]) > 0 {
		data["ca_chain"] = []byte(strings.Join(issued.CAChain, "\n"))
	}
	if one.Spec.Destination.Type != corev1.SecretTypeTLS || len(option.KeyedTemplates) > 0 {
		return data
	}
	chain := data["ca_chain"]
	if len(chain) == 0 && len(data["issuing_ca"]) > 0 {
		chain = data["issuing_ca"]
		data["ca.crt"] = chain
	}
	if key, ok := data["private_key"]; ok {
		data["tls.key"] = key
	}
	if leaf, ok := data["certificate"]; ok {
		data["tls.crt"] = leaf
		if len(chain) > 0 {
			data["tls.crt"] = bytes.Join([][]byte{leaf, chain}, []byte("\n"))
		}
	}
	return data
}

func made(response vault.Response, option *helpers.SecretTransformationOption) map[string][]byte {
	data, err := response.SecretK8sData(option)
	must(err)
	return data
}

func read(client *api.Client, request vault.ReadRequest) *api.Secret {
	answer, err := client.Logical().ReadWithData(request.Path(), request.Values())
	must(err)
	if answer == nil {
		must(fmt.Errorf("nothing at %s", request.Path()))
	}
	return answer
}

func write(client *api.Client, path string, params map[string]any) *api.Secret {
	answer, err := client.Logical().Write(path, params)
	must(err)
	return answer
}

// Has what the manifests have, and is asked for nothing else.
type cluster struct {
	ctrlclient.Client
	objects map[string]ctrlclient.Object
}

func (c *cluster) Get(_ context.Context, key types.NamespacedName, into ctrlclient.Object, _ ...ctrlclient.GetOption) error {
	found, ok := c.objects[keyOf(into, key)]
	if !ok {
		return apierrors.NewNotFound(schema.GroupResource{}, key.String())
	}
	text, err := json.Marshal(found)
	must(err)
	return json.Unmarshal(text, into)
}

func keyOf(object ctrlclient.Object, key types.NamespacedName) string {
	return fmt.Sprintf("%T %s", object, key)
}

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
}
